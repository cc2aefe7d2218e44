package configs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestLoad_ReportsEveryMistakeAtOnce(t *testing.T) {
	environ := []string{"DATABASE_URL=mysql://canary", "TLS_KEY_FILE=/canary"}
	var names []string
	for _, limit := range limits {
		environ = append(environ, limit.name+"="+limit.wrong[0])
		names = append(names, limit.name)
	}
	_, err := load(t, "canary", environ...)
	if err == nil {
		t.Fatal("no error, want one")
	}
	for _, name := range append(names, ".env", "DATABASE_URL", "TLS_CERT_FILE") {
		if !strings.Contains("; "+err.Error(), "; "+name+" ") {
			t.Errorf("%v: want %s listed", err, name)
		}
	}
	if got, want := strings.Count(err.Error(), "; ")+1, len(limits)+3; got != want {
		t.Errorf("%d mistakes in %v, want %d", got, err, want)
	}
}

func TestLoad_ErrorsHoldNoSecret(t *testing.T) {
	for _, environ := range [][]string{
		{"SECRET_KEY=canary"},
		{"PREVIOUS_SECRET_KEYS=canary,,canary"},
		{"DATABASE_URL=postgres://u:canary@h:port/d"},
		{"DATABASE_URL=postgres://u:canary%zz@h/d"},
		{"DATABASE_URL=postgres://u:12/canary@h/d"},
		{"DATABASE_URL=mysql://u:canary@h/d"},
		{"DATABASE_URL=host=h password=canary"},
		{"DATABASE_URL=canary\n"},
		{"DATABASE_URL=postgres://u:canary@h/d", "SECRET_KEY=canary"},
		{"SECRET_KEY_FILE=canary"},
		{"SECRET_KEY_FILE=" + write(t, "key", "canary")},
	} {
		if _, err := load(t, "", environ...); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%v: %v, want an error without the secret", environ, err)
		}
	}
}

func TestLoad_AsksForAKeyWithADatabaseServerOnly(t *testing.T) {
	if _, err := load(t, "", "DATABASE_URL=postgres://h/d"); err == nil || !strings.HasPrefix(err.Error(), "SECRET_KEY is not set, must ") {
		t.Errorf("%v, want SECRET_KEY required", err)
	}
	mustLoad(t, "", "DATABASE_URL=postgres://h/d", "SECRET_KEY="+key)
	mustLoad(t, "", "DATABASE_URL=sqlite::memory:")
	mustLoad(t, "", "DATABASE_URL=postgres://h/d", "ALGORITHM=EdDSA", "SIGNING_KEYS_DIR=keys")
	_, err := load(t, "", "DATABASE_URL=postgres://h/d", "SECRET_KEY_FILE=/absent")
	if err == nil || strings.Contains(err.Error(), "not set") {
		t.Errorf("%v, want the unreadable file alone", err)
	}
}

func TestLoad_AsksForAFolderOfKeysUnlessASecretSigns(t *testing.T) {
	for _, algorithm := range []string{"EdDSA", "ES256", "RS256"} {
		_, err := load(t, "", "ALGORITHM="+algorithm, "SECRET_KEY="+key)
		if err == nil || !strings.HasPrefix(err.Error(), "SIGNING_KEYS_DIR is not set, must be ") || !strings.Contains(err.Error(), algorithm) {
			t.Errorf("%s: %v, want SIGNING_KEYS_DIR required", algorithm, err)
		}
		if c := mustLoad(t, "", "ALGORITHM="+algorithm, "SIGNING_KEYS_DIR=keys"); c.Algorithm != algorithm || c.SigningKeysDir != "keys" {
			t.Errorf("%s %q, want %s and the folder", c.Algorithm, c.SigningKeysDir, algorithm)
		}
	}
	if c := mustLoad(t, "", "SIGNING_KEYS_DIR=keys"); c.Algorithm != "HS256" || c.SigningKeysDir != "keys" {
		t.Errorf("%s %q, want HS256 beside the folder", c.Algorithm, c.SigningKeysDir)
	}
	_, err := load(t, "", "DATABASE_URL=postgres://h/d", "ALGORITHM=none")
	if err == nil || strings.Contains(err.Error(), "KEY") {
		t.Errorf("%v, want no mistake that follows from another", err)
	}
}

func TestLoad_RefusesTheMetricsWhereTheAPIIs(t *testing.T) {
	for _, pair := range []struct {
		api, metrics string
		same         bool
	}{
		{"127.0.0.1:8000", "127.0.0.1:8000", true}, {":8000", ":8000", true}, {":8000", "127.0.0.1:8000", true},
		{"127.0.0.1:8000", "0.0.0.0:8000", true}, {"[::1]:8000", "[::]:8000", true}, {"localhost:8000", "127.0.0.1:08000", true},
		{"[::1]:8000", "[0:0::1]:8000", true}, {"[::ffff:127.0.0.1]:8000", "127.0.0.1:8000", true},
		{"127.0.0.1:8000", "127.0.0.1:9090", false}, {"127.0.0.1:8000", "127.0.0.2:8000", false}, {"127.0.0.1:8000", "[::1]:8000", false},
		{"127.0.0.1:0", "127.0.0.1:0", false}, {":0", ":0", false}, {"auth:8000", "metrics:8000", false}, {"Auth:8000", "auth:8000", true}, {"127.0.0.1:8000", "", false},
	} {
		_, err := load(t, "", "HTTP_ADDR="+pair.api, "METRICS_ADDR="+pair.metrics)
		want := fmt.Sprintf("METRICS_ADDR is %q, must be another address than HTTP_ADDR, such as 127.0.0.1:9090", pair.metrics)
		if pair.same != (err != nil) || err != nil && err.Error() != want {
			t.Errorf("%s and %s: %v, want them to collide: %v", pair.api, pair.metrics, err, pair.same)
		}
	}
}

func TestLoad_ListsWhatAJudgeFindsBesideTheOtherMistakes(t *testing.T) {
	asked := 0
	judge := configs.Judge{Of: []string{"SIGNING_KEYS_DIR", "ALGORITHM"}, Wrong: func(c configs.Config) string {
		asked++
		if c.SigningKeysDir == "good" {
			return ""
		}
		return "cannot be used: 100%d"
	}}
	for _, c := range []struct {
		environ []string
		want    string
		asked   int
	}{
		{[]string{"SIGNING_KEYS_DIR=good"}, "", 1},
		{[]string{"SIGNING_KEYS_DIR=x", "LOG_LEVEL=loud"}, "SIGNING_KEYS_DIR cannot be used: 100%d; LOG_LEVEL is", 2},
		{[]string{"ALGORITHM=none"}, "ALGORITHM is", 2},
		{[]string{"ALGORITHM=EdDSA"}, "SIGNING_KEYS_DIR is not set", 2},
	} {
		_, err := configs.Load(c.environ, t.TempDir(), false, judge)
		if (err == nil) != (c.want == "") || err != nil && !strings.HasPrefix(err.Error(), c.want) || asked != c.asked {
			t.Errorf("%v: %v after %d questions, want %q after %d", c.environ, err, asked, c.want, c.asked)
		}
	}
}

func TestLoad_ComparesTheGraceWithTheLifetime(t *testing.T) {
	mustLoad(t, "", "ACCESS_TOKEN_EXPIRE_MINUTES=1", "REFRESH_GRACE=60s")
	_, err := load(t, "", "ACCESS_TOKEN_EXPIRE_MINUTES=1", "REFRESH_GRACE=61s")
	if err == nil || !strings.HasPrefix(err.Error(), `REFRESH_GRACE is "61s", must be `) {
		t.Errorf("%v, want the grace refused", err)
	}
	_, err = load(t, "", "ACCESS_TOKEN_EXPIRE_MINUTES=x", "REFRESH_GRACE=20m")
	if err == nil || strings.Contains(err.Error(), "REFRESH_GRACE") {
		t.Errorf("%v, want no mistake that follows from another", err)
	}
}

func TestConfig_WarnsOfShortPreviousKeysWithoutThem(t *testing.T) {
	got := mustLoad(t, "", "PREVIOUS_SECRET_KEYS="+key+",canary").Warnings()
	if len(got) != 1 || !strings.Contains(got[0], "key 2 of 2 has 6 bytes") || strings.Contains(got[0], "canary") {
		t.Errorf("%q, want one warning of the second key", got)
	}
	if got := mustLoad(t, "", "PREVIOUS_SECRET_KEYS="+key).Warnings(); len(got) != 0 {
		t.Errorf("%q, want no warning", got)
	}
}

func TestConfig_PolicySaysWhatWasSet(t *testing.T) {
	got := mustLoad(t, "", "ACCESS_TOKEN_EXPIRE_MINUTES=5", "SESSION_MAX_AGE=1h", "REFRESH_GRACE=3s", "CLOCK_LEEWAY=4s",
		"MAX_SESSIONS_PER_USER=6", "REUSE_ACTION=refuse", "ACCEPT_UNTRACKED_TOKENS=2030-01-01T02:00:00+02:00", "ISSUER=i", "AUDIENCE=a",
		"REFRESH_LIMIT_SESSION=7", "EVENTS_MAX_AGE=8h").Policy()
	want := domain.Policy{
		TokenLifetime: 5 * time.Minute, SessionMaxAge: time.Hour, RefreshGrace: 3 * time.Second, ClockLeeway: 4 * time.Second,
		RefreshLimit: 7, EventsMaxAge: 8 * time.Hour,
		MaxSessions: 6, Issuer: "i", Audience: "a",
		Untracked: domain.UntrackedPolicy{Accept: true, Until: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if p := mustLoad(t, "").Policy(); !p.RevokeReused || p.Untracked != (domain.UntrackedPolicy{Accept: true}) {
		t.Errorf("%+v, want reuse revoked and untracked tokens accepted by default", p)
	}
}

func TestConfig_HoldsParsedValues(t *testing.T) {
	c := mustLoad(t, "", "TRUSTED_PROXIES=10.1.2.3/8, ::ffff:192.0.2.1,2001:db8::1", "PASSWORD_HASH=m=128,t=2,p=3")
	if got := fmt.Sprint(c.TrustedProxies); got != "10.0.0.0/8,192.0.2.1/32,2001:db8::1/128" {
		t.Errorf("proxies %s, want the ranges", got)
	}
	if want := (configs.Argon2Params{Memory: 128, Time: 2, Threads: 3}); c.PasswordHash != want {
		t.Errorf("parameters %+v, want %+v", c.PasswordHash, want)
	}
}

func TestConfig_LoginLimitsAreThoseOfTheIssueUnlessSet(t *testing.T) {
	want := domain.LoginLimits{Account: 10, Address: 200, Window: 5 * time.Minute, KnownFor: 720 * time.Hour}
	if got := mustLoad(t, "").LoginLimits(); got != want {
		t.Errorf("by default %+v, want %+v", got, want)
	}
	got := mustLoad(t, "", "LOGIN_LIMIT_ACCOUNT=0", "LOGIN_LIMIT_ADDRESS=0", "LOGIN_LIMIT_WINDOW=90s", "SESSION_MAX_AGE=1h").LoginLimits()
	if want := (domain.LoginLimits{Window: 90 * time.Second, KnownFor: time.Hour}); got != want || !got.Off() {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestConfig_SaysWhatIsWeak(t *testing.T) {
	const safe = "HTTP_ADDR=127.0.0.1:8000"
	for env, want := range map[string]string{
		safe:                              "",
		"REUSE_ACTION=refuse":             "REUSE_ACTION",
		"LOGIN_LIMIT_ACCOUNT=0":           "LOGIN_LIMIT_ACCOUNT",
		"LOGIN_LIMIT_ADDRESS=0":           "LOGIN_LIMIT_ADDRESS",
		"PASSWORD_HASH=m=256,t=1,p=1":     "PASSWORD_HASH",
		"PASSWORD_HASH=m=65536,t=1,p=1":   "",
		"PASSWORD_HASH=m=19456,t=1,p=1":   "PASSWORD_HASH",
		"PASSWORD_HASH=m=19456,t=2,p=1":   "",
		"PASSWORD_HASH=m=7168,t=5,p=1":    "",
		"PASSWORD_HASH=m=4096,t=16,p=1":   "PASSWORD_HASH",
		"HTTP_ADDR=:8000":                 "HTTP_ADDR",
		"HTTP_ADDR=192.0.2.1:8000":        "HTTP_ADDR",
		"HTTP_ADDR=auth.example.com:443":  "HTTP_ADDR",
		"HTTP_ADDR=localhost:8000":        "",
		"HTTP_ADDR=[::1]:8000":            "",
		"PREVIOUS_SECRET_KEYS=short":      "PREVIOUS_SECRET_KEYS",
		"TRUSTED_PROXIES=10.0.0.0/8,::/0": "TRUSTED_PROXIES",
		"TRUSTED_PROXIES=0.0.0.0/0":       "TRUSTED_PROXIES",
		"TRUSTED_PROXIES=10.0.0.0/8":      "",
	} {
		var got []string
		for _, w := range mustLoad(t, "", env).Weaknesses() {
			got = append(got, w.Setting)
			if !strings.HasPrefix(w.Sentence, w.Setting+": ") || strings.Contains(w.Sentence, "short\"") {
				t.Errorf("%s: %q", env, w.Sentence)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q are weak, want %q", env, got, want)
		}
	}
	if w := mustLoad(t, "", "HTTP_ADDR=:8000", "TRUSTED_PROXIES=10.0.0.0/8").Weaknesses(); len(w) != 0 {
		t.Errorf("behind a proxy %+v", w)
	}
}
