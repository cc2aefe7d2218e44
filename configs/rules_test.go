package configs_test

import (
	"strings"
	"testing"
)

// limits has values of each variable on both sides of what is right.
var limits = []struct {
	name  string
	right []string
	wrong []string
}{
	{"DATABASE_SCHEMA", []string{"a", "_x9", "public", strings.Repeat("a", 63)}, []string{"A", "9a", "a-b", "a b", `a"`, "pg_x", "pg_", "é", strings.Repeat("a", 64)}},
	{"USERS_FROM", nil, []string{"users", "public.users", "a.b.c", "a b.c", `"a"."b"`, "é.u"}},
	{"DATABASE_MAX_CONNS", []string{"1", "1000"}, []string{"0", "-1", "1001", "x", "1.5", "99999999999"}},
	{"STORE_TIMEOUT", []string{"1ns", "60s", "1m"}, []string{"0s", "0", "-1s", "61s", "2", "x"}},
	{"MIGRATE_ON_START", []string{"true", "false"}, []string{"yes", "2"}},
	{"SECRET_KEY", []string{key, strings.Repeat("é", 16)}, []string{key[:31]}},
	{"ALGORITHM", []string{"HS256"}, []string{"hs256", "none", "HS512", "eddsa", "Ed25519", "ES384", "PS256", "HS256,RS256"}},
	{"ACCESS_TOKEN_EXPIRE_MINUTES", []string{"1", "1440"}, []string{"0", "-5", "1441", "30m"}},
	{"PREVIOUS_SECRET_KEYS", []string{"a", "a,b"}, []string{",", "a,,b", "a,", " "}},
	{"ISSUER", []string{"https://id.example", strings.Repeat("a", 255)}, []string{strings.Repeat("a", 256), "a\nb", "\xff"}},
	{"AUDIENCE", []string{"vidaplus"}, []string{strings.Repeat("é", 128), "a\x00b"}},
	{"SESSION_MAX_AGE", []string{"1s", "87600h"}, []string{"0s", "999ms", "-1h", "87601h", "30d"}},
	{"MAX_SESSIONS_PER_USER", []string{"1", "10000"}, []string{"0", "10001", "many"}},
	{"REFRESH_GRACE", []string{"0s", "0", "30m"}, []string{"-1s", "30m1s", "10"}},
	{"REUSE_ACTION", []string{"revoke", "refuse"}, []string{"Revoke", "ignore"}},
	{"ACCEPT_UNTRACKED_TOKENS", []string{"true", "false", "2030-01-31T00:00:00Z", "2030-01-31T02:00:00.5+02:00"}, []string{"1", "True", "2030-01-31", "0001-01-01T00:00:00Z"}},
	{"CLOCK_LEEWAY", []string{"0s", "60s"}, []string{"-1s", "61s", "5"}},
	{"PASSWORD_HASH", []string{"m=8,t=1,p=1", "m=128,t=16,p=16", "m=1048576,t=1,p=1"}, []string{
		"m=7,t=1,p=1", "m=127,t=1,p=16", "m=1048577,t=1,p=1", "m=65536,t=0,p=1", "m=65536,t=17,p=1", "m=65536,t=1,p=0", "m=65536,t=1,p=17",
		"m=065536,t=3,p=4", "t=3,m=65536,p=4", "m=65536,t=3", "m=65536, t=3, p=4", "m=-1,t=3,p=4", "argon2id", "m=65536,t=3,p=4,"}},
	{"METRICS_ADDR", []string{"", ":9090", "127.0.0.1:0"}, []string{"9090", "localhost", "http://a:80"}},
	{"HTTP_ADDR", []string{":8000", "0.0.0.0:0", "[::1]:65535", "localhost:80", "[fe80::1%eth0]:80"}, []string{"8000", "localhost", "a:b", ":65536", "::1:80", "http://a:80", "a b:80", ":"}},
	{"TRUSTED_PROXIES", []string{"10.0.0.0/8", "192.0.2.1, 2001:db8::/32,::1"}, []string{"10.0.0.0/33", "host", "10.0.0.0/8,", "fe80::1%eth0", "::ffff:10.0.0.0/104"}},
	{"CORS_ALLOWED_ORIGINS", []string{"https://app.example.com", "http://localhost:5173,https://app.example.com", "https://192.0.2.1:65535",
		"https://[2001:db8::1]", "https://xn--bcher-kva.example", "https://a_b.example", "http://a.example:443"}, []string{
		"*", "null", "app.example.com", "//app.example.com", "https://", "https://*.example.com", "https://app.example.com/", "https://a.example/x",
		"https://a.example?", "https://a.example#", "https://u@a.example", "https://A.example", "HTTPS://a.example", "ftp://a.example",
		"https://a.example:", "https://a.example:443", "http://a.example:80", "https://a.example:0", "https://a.example:0443", "https://a.example:65536",
		"https://bücher.example", "https://a%41.example", "https://a\"b", "https://a b", "https://[::1", "https://[0:0::1]", "https://[fe80::1%eth0]",
		"https://a.example,", "https://a.example https://b.example"}},
	{"TOKEN_COOKIE", []string{"on", "off"}, []string{"On", "true", "1"}},
	{"LOG_LEVEL", []string{"debug", "info", "warn", "error"}, []string{"INFO", "trace"}},
	{"LOG_FORMAT", []string{"json", "console"}, []string{"text"}},
	{"DRAIN_DELAY", []string{"0s", "14.9s"}, []string{"-1s", "15s", "5m1s", "1"}},
	{"SHUTDOWN_TIMEOUT", []string{"1ns", "10m"}, []string{"0s", "-1s", "10m1s", "15"}},
	{"OTEL_EXPORTER_OTLP_ENDPOINT", []string{"http://127.0.0.1:4318", "https://collector.example/base/", "http://[::1]:4318"}, []string{
		"127.0.0.1:4318", "collector", "grpc://collector:4317", "http://", "http:///x", "http://a?x=1", "http://a?", "http://a#b", "https://u:p@a", "https://u@a"}},
	{"OTEL_TRACES_EXPORTER", []string{"otlp", "none"}, []string{"console", "zipkin", "otlp,none", "NONE"}},
	{"OTEL_SDK_DISABLED", []string{"true", "false", "TRUE"}, []string{"yes", "2"}},
	{"OTEL_EXPORTER_OTLP_HEADERS", []string{"a=b", "a=, x-b = c%2Cd ,e=f=g"}, []string{"a", "=b", "a=b,", "a b=c", "a=%zz", "a=x%0Ay=z", "é=b"}},
	{"OTEL_EXPORTER_OTLP_PROTOCOL", []string{"http/protobuf"}, []string{"grpc", "http/json", "http"}},
	{"OTEL_EXPORTER_OTLP_TIMEOUT", []string{"1", "60000"}, []string{"0", "-1", "60001", "10s"}},
	{"OTEL_EXPORTER_OTLP_COMPRESSION", []string{"gzip", "none"}, []string{"GZIP", "zstd", "true"}},
	{"OTEL_SERVICE_NAME", []string{"vidaplus auth"}, []string{strings.Repeat("a", 256), "a\nb"}},
	{"OTEL_RESOURCE_ATTRIBUTES", []string{"deployment.environment.name=prod,a=b%20c"}, []string{"a", "=b", "a=b,,", "a=%"}},
	{"OTEL_TRACES_SAMPLER", []string{"always_on", "parentbased_traceidratio"}, []string{"sometimes", "ALWAYS_ON", "jaeger_remote"}},
	{"OTEL_TRACES_SAMPLER_ARG", []string{"0", "1", "0.001"}, []string{"-0.1", "1.1", "NaN", "x", "10%"}},
}

func TestLoad_TakesEveryValueWithinItsBounds(t *testing.T) {
	for _, limit := range limits {
		for _, value := range limit.right {
			if _, err := load(t, "", limit.name+"="+value); err != nil {
				t.Errorf("%s=%s: %v, want no error", limit.name, value, err)
			}
		}
	}
}

func TestLoad_RefusesEveryValueOutOfBounds(t *testing.T) {
	for _, limit := range limits {
		for _, value := range limit.wrong {
			_, err := load(t, "", limit.name+"="+value)
			switch {
			case err == nil:
				t.Errorf("%s=%q is taken", limit.name, value)
			case !strings.HasPrefix(err.Error(), limit.name+" ") || !strings.Contains(err.Error(), ", must be "):
				t.Errorf("%s=%q: %v, want the name, what is wrong and what would be right", limit.name, value, err)
			case strings.ContainsAny(err.Error(), "\n\r\x00;"):
				t.Errorf("%s=%q: %q, want one mistake on one line", limit.name, value, err.Error())
			}
		}
	}
}
