package configs_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
)

func setting(t *testing.T, c configs.Config, name string) configs.Setting {
	t.Helper()
	for _, s := range c.Settings() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no setting %s", name)
	return configs.Setting{}
}

func TestSettings_SayWhereEachValueCameFrom(t *testing.T) {
	path := write(t, "keys", "canary\n")
	c := mustLoad(t, "ISSUER=i\nAUDIENCE=a", "AUDIENCE=b", "PREVIOUS_SECRET_KEYS_FILE="+path, "SESSION_MAX_AGE=90s")
	for _, want := range []configs.Setting{
		{Name: "ISSUER", Value: "i", Source: ".env"},
		{Name: "AUDIENCE", Value: "b", Source: "environment"},
		{Name: "PREVIOUS_SECRET_KEYS", Value: "[secret]", Source: "file " + path},
		{Name: "SESSION_MAX_AGE", Value: "1m30s", Source: "environment"},
		{Name: "SECRET_KEY", Value: "", Source: "default"},
		{Name: "STORE_TIMEOUT", Value: "2s", Source: "default"},
	} {
		if got := setting(t, c, want.Name); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestSettings_SayThatTheKeyWasMade(t *testing.T) {
	before := mustLoad(t, "")
	after := before.WithMadeSecretKey(domain.NewSecret(key))
	if want := (configs.Setting{Name: "SECRET_KEY", Value: "[secret]", Source: "made"}); setting(t, after, "SECRET_KEY") != want {
		t.Errorf("%+v, want %+v", setting(t, after, "SECRET_KEY"), want)
	}
	if after.SecretKey.Reveal() != key || setting(t, before, "SECRET_KEY").Source != "default" {
		t.Error("want the key in the copy and the configuration it was made from unchanged")
	}
}

func TestSettings_ShowTheDatabaseWithoutItsPasswords(t *testing.T) {
	for text, want := range map[string]string{
		"sqlite:a.db":                        "sqlite:a.db",
		"postgresql+psycopg2://u:canary@h/d": "postgresql+psycopg2://u:[secret]@h/d",
		"postgres://u:ca:nary@canary@h1:1,h2:2/d?sslmode=disable": "postgres://u:[secret]@h1:1,h2:2/d?sslmode=disable",
		"mysql+pymysql://u:canary@h/d?ssl-mode=REQUIRED":          "mysql+pymysql://u:[secret]@h/d?ssl-mode=REQUIRED",
		"postgres://u@h/d?Password=canary&sslpass%77ord=canary&x": "postgres://u@h/d?Password=[secret]&sslpass%77ord=[secret]&x",
	} {
		if got := setting(t, mustLoad(t, "", "DATABASE_URL="+text, "SECRET_KEY="+key), "DATABASE_URL").Value; got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}

func TestConfig_PrintsNoSecret(t *testing.T) {
	c := mustLoad(t, "", "DATABASE_URL=postgres://u:canary@h/d", "SECRET_KEY=canary"+key, "PREVIOUS_SECRET_KEYS=canary")
	for _, text := range []string{
		fmt.Sprintf("%v %+v %#v", c, c, c), fmt.Sprintf("%+v %#v", c.Database(), c.Database()), configs.RenderSettings(c.Settings()),
	} {
		if strings.Contains(text, "canary") {
			t.Errorf("%s holds a secret", text)
		}
	}
}

func TestRenderSettings_HasALineForEachAndIsTheSameEachTime(t *testing.T) {
	c := mustLoad(t, "", "TLS_CERT_FILE=")
	text := configs.RenderSettings(c.Settings())
	if text != configs.RenderSettings(c.Settings()) || strings.Count(text, "\n") != len(c.Settings()) {
		t.Errorf("%s: want %d lines, the same each time", text, len(c.Settings()))
	}
	if !regexp.MustCompile(`(?m)^SECRET_KEY +"" +default$`).MatchString(text) {
		t.Errorf("%s: want an empty value shown as two quotes", text)
	}
	got := configs.RenderSettings([]configs.Setting{{Name: "A", Value: "a\tb\nc", Source: ".env"}})
	if got != `A  "a\tb\nc"  .env`+"\n" {
		t.Errorf("%q, want the value quoted", got)
	}
}

// assignment matches a line of .env.example that is an assignment, in use or not.
var assignment = regexp.MustCompile(`(?m)^(?:# )?([A-Z_]+)=(.*)$`)

func example(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(".env.example")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestExample_NamesExactlyTheKnownVariablesWithTheirDefaults(t *testing.T) {
	var want []string
	for _, s := range mustLoad(t, "").Settings() {
		want = append(want, s.Name+"="+s.Value)
		switch s.Name {
		case "DATABASE_URL", "SECRET_KEY", "PREVIOUS_SECRET_KEYS", "INTROSPECTION_CLIENTS", "OTEL_EXPORTER_OTLP_HEADERS":
			want = append(want, s.Name+"_FILE=")
		}
	}
	var got []string
	for _, match := range assignment.FindAllStringSubmatch(example(t), -1) {
		got = append(got, match[1]+"="+match[2])
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestExample_ChangesNothingWhenCopiedOrPutInUse(t *testing.T) {
	want := mustLoad(t, "").Settings()
	used := assignment.ReplaceAllString(example(t), "$1=$2")
	for i, s := range mustLoad(t, example(t)).Settings() {
		if s != want[i] {
			t.Errorf("copied: %+v, want %+v", s, want[i])
		}
	}
	for i, s := range mustLoad(t, used).Settings() {
		if s.Value != want[i].Value {
			t.Errorf("in use: %+v, want the value of %+v", s, want[i])
		}
	}
}
