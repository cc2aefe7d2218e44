package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// variables are all that this build knows, in the order of the documentation, with their defaults.
var variables = [][2]string{
	{"DATABASE_URL", "sqlite:vidaplus.db"}, {"DATABASE_SCHEMA", "vidaplus_auth"}, {"USERS_FROM", `""`}, {"DATABASE_MAX_CONNS", "20"},
	{"STORE_TIMEOUT", "2s"}, {"MIGRATE_ON_START", "false"}, {"SECRET_KEY", `""`}, {"ALGORITHM", "HS256"}, {"SIGNING_KEYS_DIR", `""`},
	{"ACCESS_TOKEN_EXPIRE_MINUTES", "30"}, {"PREVIOUS_SECRET_KEYS", `""`}, {"ISSUER", `""`}, {"AUDIENCE", `""`},
	{"SESSION_MAX_AGE", "720h"}, {"MAX_SESSIONS_PER_USER", "100"}, {"REFRESH_GRACE", "10s"}, {"REUSE_ACTION", "revoke"},
	{"ACCEPT_UNTRACKED_TOKENS", "true"}, {"CLOCK_LEEWAY", "0s"}, {"PASSWORD_HASH", "m=65536,t=3,p=4"},
	{"LOGIN_LIMIT_ACCOUNT", "10"}, {"LOGIN_LIMIT_ADDRESS", "200"}, {"LOGIN_LIMIT_WINDOW", "5m"},
	{"REFRESH_LIMIT_SESSION", "0"}, {"EVENTS_MAX_AGE", "2160h"},
	{"INTROSPECTION_CLIENTS", `""`}, {"HTTP_ADDR", "127.0.0.1:8000"}, {"TLS_CERT_FILE", `""`}, {"TLS_KEY_FILE", `""`},
	{"METRICS_ADDR", `""`}, {"TRUSTED_PROXIES", `""`},
	{"CORS_ALLOWED_ORIGINS", `""`}, {"TOKEN_COOKIE", "off"}, {"LOG_LEVEL", "info"}, {"LOG_FORMAT", "json"},
	{"DRAIN_DELAY", "500ms"}, {"SHUTDOWN_TIMEOUT", "15s"},
	{"OTEL_EXPORTER_OTLP_ENDPOINT", `""`}, {"OTEL_TRACES_EXPORTER", "otlp"}, {"OTEL_SDK_DISABLED", "false"},
	{"OTEL_EXPORTER_OTLP_HEADERS", `""`}, {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"},
	{"OTEL_EXPORTER_OTLP_TIMEOUT", "10000"}, {"OTEL_EXPORTER_OTLP_COMPRESSION", "none"}, {"OTEL_EXPORTER_OTLP_CERTIFICATE", `""`},
	{"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", `""`}, {"OTEL_EXPORTER_OTLP_CLIENT_KEY", `""`},
	{"OTEL_SERVICE_NAME", "vidaplus-auth"}, {"OTEL_RESOURCE_ATTRIBUTES", `""`},
	{"OTEL_TRACES_SAMPLER", "parentbased_always_on"}, {"OTEL_TRACES_SAMPLER_ARG", "1"},
}

// configured returns what config prints, a value and a source for each variable.
func (s *service) configured() map[string][2]string {
	s.T.Helper()
	all := map[string][2]string{}
	for line := range strings.Lines(s.Must("", "config")) {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			s.T.Fatalf("config prints the line %q", line)
		}
		all[fields[0]] = [2]string{fields[1], strings.Join(fields[2:], " ")}
	}
	return all
}

func TestConfig_WithNothingSetIsAllDefaults(t *testing.T) {
	t.Parallel()
	s := newcomer(t)
	got := s.configured()
	for _, v := range variables {
		if want := [2]string{v[1], "default"}; got[v[0]] != want {
			t.Errorf("%s is shown as %q, want %q", v[0], got[v[0]], want)
		}
	}
	if len(got) != len(variables) {
		t.Errorf("config shows %d variables, want %d", len(got), len(variables))
	}
	if files, _ := os.ReadDir(s.Dir); len(files) != 0 {
		t.Error("showing the configuration made files")
	}
	s.Start()
	if got := s.configured()["SECRET_KEY"]; got != [2]string{"[secret]", "made"} {
		t.Errorf("the key that was made is shown as %q", got)
	}
}

func TestConfig_ShowsWhereEachValueCameFromAndNoSecret(t *testing.T) {
	t.Parallel()
	s := newcomer(t,
		"DATABASE_URL=postgres://vida:canary-one@db.example:5432/vida?sslmode=disable&sslpassword=canary-two",
		"REFRESH_GRACE=20s", "LOG_LEVEL=", "PREVIOUS_SECRET_KEYS=canary-three,canary-four")
	key := s.write("key", "canary-five canary-five canary-five\n")
	s.Env = append(s.Env, "SECRET_KEY_FILE="+key)
	s.write(".env", "REFRESH_GRACE=30s\nLOG_LEVEL=warn\nISSUER=\"a ${LOG_LEVEL} $ISSUER\"\n")

	got := s.configured()
	for name, want := range map[string][2]string{
		"DATABASE_URL":         {"postgres://vida:[secret]@db.example:5432/vida?sslmode=disable&sslpassword=[secret]", "environment"},
		"SECRET_KEY":           {"[secret]", "file " + key},
		"PREVIOUS_SECRET_KEYS": {"[secret],[secret]", "environment"},
		"REFRESH_GRACE":        {"20s", "environment"},
		"LOG_LEVEL":            {"warn", ".env"},
		"ISSUER":               {"a", "warn $ISSUER .env"},
		"SESSION_MAX_AGE":      {"720h", "default"},
	} {
		if got[name] != want {
			t.Errorf("%s is shown as %q, want %q", name, got[name], want)
		}
	}
	if out := s.Must("", "config"); strings.Contains(out, "canary") {
		t.Errorf("config prints a secret:\n%s", out)
	}
}

// write makes a file in the service's folder and returns its path.
func (s *service) write(name, text string) string {
	s.T.Helper()
	path := filepath.Join(s.Dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.T.Fatal(err)
	}
	return path
}

func TestConfig_EveryMistakeIsListedInOneLine(t *testing.T) {
	t.Parallel()
	wrong := []string{
		"DATABASE_URL=oracle://u:canary@h/db", "DATABASE_SCHEMA=Bad-Name", "DATABASE_MAX_CONNS=0", "STORE_TIMEOUT=soon",
		"MIGRATE_ON_START=perhaps", "SECRET_KEY=canary", "ALGORITHM=none", "ACCESS_TOKEN_EXPIRE_MINUTES=1441",
		"PREVIOUS_SECRET_KEYS=canary,,canary", "SESSION_MAX_AGE=0s", "MAX_SESSIONS_PER_USER=0", "REFRESH_GRACE=-1s",
		"REUSE_ACTION=forgive", "ACCEPT_UNTRACKED_TOKENS=sometimes", "CLOCK_LEEWAY=61s", "PASSWORD_HASH=bcrypt",
		"HTTP_ADDR=nowhere", "TLS_CERT_FILE=cert.pem", "METRICS_ADDR=9090", "TRUSTED_PROXIES=everybody", "LOG_LEVEL=loud", "LOG_FORMAT=xml",
		"SHUTDOWN_TIMEOUT=0s",
	}
	s := newcomer(t, wrong...)
	var names []string
	for _, variable := range wrong {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	for _, line := range []string{"", "serve", "migrate", "config", "users list", "sessions prune", "healthcheck"} {
		s.fails(2, "", strings.Fields(line), names...)
		if _, stderr, _ := s.Run("", strings.Fields(line)...); strings.Contains(stderr, "canary") {
			t.Errorf("%q prints a secret: %s", line, stderr)
		}
	}
}

func TestConfig_AMadeSecretThatIsNoneIsListedBesideTheOtherMistakes(t *testing.T) {
	t.Parallel()
	s := newcomer(t, "LOG_LEVEL=loud")
	s.write("vidaplus.db.secret", "canary\n")
	for _, line := range [][]string{nil, {"config"}, {"keys", "list"}} {
		s.fails(2, "", line, "SECRET_KEY cannot be used", "vidaplus.db.secret", "LOG_LEVEL")
		if _, stderr, _ := s.Run("", line...); strings.Contains(stderr, "canary") {
			t.Errorf("%q prints a secret: %s", line, stderr)
		}
	}
}

func TestConfig_MistakesThatNeedTwoVariables(t *testing.T) {
	t.Parallel()
	for settings, name := range map[string]string{
		"DATABASE_URL=postgres://u@h/db":                                  "SECRET_KEY",
		"DATABASE_URL=mysql://u@h/db":                                     "SECRET_KEY",
		"REFRESH_GRACE=61s ACCESS_TOKEN_EXPIRE_MINUTES=1":                 "REFRESH_GRACE",
		"METRICS_ADDR=127.0.0.1:8000":                                     "METRICS_ADDR",
		"TLS_KEY_FILE=key.pem":                                            "TLS_CERT_FILE",
		"TLS_KEY_FILE=none.pem TLS_CERT_FILE=none.pem":                    "TLS_CERT_FILE",
		"SECRET_KEY_FILE=none":                                            "SECRET_KEY",
		"SECRET_KEY_FILE=/dev/null SECRET_KEY=canary":                     "SECRET_KEY",
		"DATABASE_URL_FILE=/dev/zero":                                     "DATABASE_URL",
		"PREVIOUS_SECRET_KEYS_FILE=/dev/null":                             "PREVIOUS_SECRET_KEYS",
		"DATABASE_URL=sqlite:x.db?mode=ro":                                "DATABASE_URL",
		"DATABASE_URL=postgres://u:can#ary@h/db SECRET_KEY=" + longEnough: "DATABASE_URL",

		"DATABASE_URL=mysql://u@h/db?tls=false SECRET_KEY=" + longEnough:            "ssl-mode",
		"DATABASE_URL=mysql://u@h/db DATABASE_SCHEMA=ours SECRET_KEY=" + longEnough: "DATABASE_SCHEMA",
		"DATABASE_URL=mysql://u@h/db USERS_FROM=a.users SECRET_KEY=" + longEnough:   "USERS_FROM",
	} {
		s := newcomer(t, strings.Fields(settings)...)
		s.fails(2, "", nil, name)
	}
	s := newcomer(t)
	s.write(".env", "SECRET_KEY='canary\n")
	s.fails(2, "", nil, ".env")
}

const longEnough = "a-key-for-tests-alone-of-more-than-32-bytes"
