package configs

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	// MinKeyLength is the shortest HMAC key in bytes (RFC 7518 §3.2: no shorter than the hash's output).
	MinKeyLength = 32
	// maxTokenMinutes is the longest lifetime of a token.
	maxTokenMinutes = 1440
	// maxLimit is the largest limit: what is beyond it is meant to be none.
	maxLimit = 1_000_000
)

// rule says what is right for one variable: in words that follow "must be", and in code as far as its type alone does
// not see to it. What concerns two variables is in check.
type rule struct {
	right string
	ok    func(Config) bool
}

var rules = map[string]rule{
	"DATABASE_URL": {databaseForms, func(c Config) bool { return databaseOK(c.DatabaseURL.Reveal()) }},
	"DATABASE_SCHEMA": {"a plain name of up to 63 characters a-z, 0-9 and _, not beginning with a digit or pg_", func(c Config) bool {
		return schemaOK(c.DatabaseSchema)
	}},
	"USERS_FROM": {"SCHEMA.TABLE in the PostgreSQL database of DATABASE_URL, outside of DATABASE_SCHEMA, such as public.users", func(c Config) bool {
		return c.UsersFrom == "" || usersFromOK(c)
	}},
	"DATABASE_MAX_CONNS": {"a whole number from 1 to 1000", func(c Config) bool {
		return within(c.DatabaseMaxConns, 1, 1000)
	}},
	"STORE_TIMEOUT": {"a duration above 0s and up to 60s, such as 2s", func(c Config) bool {
		return within(c.StoreTimeout, 1, time.Minute)
	}},
	"MIGRATE_ON_START": {"true or false", nil},
	"SECRET_KEY": {"at least 32 bytes long", func(c Config) bool {
		return c.SecretKey.Empty() || len(c.SecretKey.Reveal()) >= MinKeyLength
	}},
	"ALGORITHM": {"HS256, EdDSA, ES256 or RS256", func(c Config) bool {
		return slices.Contains([]string{domain.HS256, domain.EdDSA, domain.ES256, domain.RS256}, c.Algorithm)
	}},
	"ACCESS_TOKEN_EXPIRE_MINUTES": {"a whole number from 1 to 1440", func(c Config) bool {
		return within(c.AccessTokenExpireMinutes, 1, maxTokenMinutes)
	}},
	"PREVIOUS_SECRET_KEYS": {"keys separated by commas with none of them empty, or in a file one a line", nil},
	"SIGNING_KEYS_DIR":     {"a path", nil},
	"ISSUER":               {"text of up to 255 bytes without control characters", func(c Config) bool { return claimOK(c.Issuer) }},
	"AUDIENCE":             {"text of up to 255 bytes without control characters", func(c Config) bool { return claimOK(c.Audience) }},
	"SESSION_MAX_AGE": {"a duration from 1s to 87600h (ten years), such as 720h", func(c Config) bool {
		return within(c.SessionMaxAge, time.Second, 87600*time.Hour)
	}},
	"MAX_SESSIONS_PER_USER": {"a whole number from 1 to 10000", func(c Config) bool {
		return within(c.MaxSessionsPerUser, 1, 10000)
	}},
	"REFRESH_GRACE": {"a duration from 0s to the token's lifetime, such as 10s", nil},
	"REUSE_ACTION": {"revoke or refuse", func(c Config) bool {
		return slices.Contains([]string{"revoke", "refuse"}, c.ReuseAction)
	}},
	"ACCEPT_UNTRACKED_TOKENS": {"true, false or an RFC 3339 instant such as 2030-01-31T00:00:00Z", nil},
	"CLOCK_LEEWAY":            {"a duration from 0s to 60s", func(c Config) bool { return within(c.ClockLeeway, 0, time.Minute) }},
	"PASSWORD_HASH":           {"m=KIB,t=PASSES,p=LANES such as m=65536,t=3,p=4, with t and p from 1 to 16 and m from 8*p to 1048576", nil},
	"LOGIN_LIMIT_ACCOUNT": {"a whole number from 1 to 1000000, or 0 for no limit", func(c Config) bool {
		return within(c.LoginLimitAccount, 0, maxLimit)
	}},
	"LOGIN_LIMIT_ADDRESS": {"a whole number from 1 to 1000000, or 0 for no limit", func(c Config) bool {
		return within(c.LoginLimitAddress, 0, maxLimit)
	}},
	"LOGIN_LIMIT_WINDOW": {"a duration from 1s to 24h, such as 5m", func(c Config) bool {
		return within(c.LoginLimitWindow, time.Second, 24*time.Hour)
	}},
	"REFRESH_LIMIT_SESSION": {"a whole number from 1 to 1000000, or 0 for no limit", func(c Config) bool {
		return within(c.RefreshLimitSession, 0, maxLimit)
	}},
	"EVENTS_MAX_AGE": {"a duration from 1h to 87600h (ten years), such as 2160h", func(c Config) bool {
		return within(c.EventsMaxAge, time.Hour, 87600*time.Hour)
	}},
	"INTROSPECTION_CLIENTS": {"id:secret pairs separated by commas, or in a file one a line, each id given once, " +
		"neither of more than 255 characters", nil},
	"HTTP_ADDR":     {"HOST:PORT or :PORT, such as 127.0.0.1:8000", func(c Config) bool { return addrOK(c.HTTPAddr) }},
	"TLS_CERT_FILE": {"a path", nil},
	"TLS_KEY_FILE":  {"a path", nil},
	"METRICS_ADDR": {"HOST:PORT or :PORT, such as 127.0.0.1:9090", func(c Config) bool {
		return c.MetricsAddr == "" || addrOK(c.MetricsAddr)
	}},
	"TRUSTED_PROXIES":      {"addresses or CIDRs separated by commas, such as 10.0.0.0/8,192.0.2.1", nil},
	"CORS_ALLOWED_ORIGINS": {"origins separated by commas, each exactly as browsers send it, such as https://app.example.com", nil},
	"TOKEN_COOKIE": {"on or off", func(c Config) bool {
		return slices.Contains([]string{"on", "off"}, c.TokenCookie)
	}},
	"LOG_LEVEL": {"debug, info, warn or error", func(c Config) bool {
		return slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel)
	}},
	"LOG_FORMAT": {"json or console", func(c Config) bool {
		return slices.Contains([]string{"json", "console"}, c.LogFormat)
	}},
	"DRAIN_DELAY": {"a duration from 0s to 5m that is shorter than SHUTDOWN_TIMEOUT, such as 500ms", func(c Config) bool {
		return within(c.DrainDelay, 0, 5*time.Minute)
	}},
	"SHUTDOWN_TIMEOUT": {"a duration above 0s and up to 10m, such as 15s", func(c Config) bool {
		return within(c.ShutdownTimeout, 1, 10*time.Minute)
	}},
	"OTEL_EXPORTER_OTLP_ENDPOINT": {otlpEndpoints, func(c Config) bool {
		return c.OTLPEndpoint == "" || hasUserinfo(c.OTLPEndpoint) || endpointOK(c.OTLPEndpoint)
	}},
	"OTEL_TRACES_EXPORTER": {"otlp or none", func(c Config) bool {
		return slices.Contains([]string{"otlp", "none"}, c.TracesExporter)
	}},
	"OTEL_SDK_DISABLED":          {"true or false", nil},
	"OTEL_EXPORTER_OTLP_HEADERS": {"name=value pairs separated by commas, each value percent-encoded", nil},
	"OTEL_EXPORTER_OTLP_PROTOCOL": {"http/protobuf", func(c Config) bool {
		return c.OTLPProtocol == "http/protobuf"
	}},
	"OTEL_EXPORTER_OTLP_TIMEOUT": {"a whole number of milliseconds from 1 to 60000", func(c Config) bool {
		return within(c.OTLPTimeout, 1, 60000)
	}},
	"OTEL_EXPORTER_OTLP_COMPRESSION": {"gzip or none", func(c Config) bool {
		return slices.Contains([]string{"gzip", "none"}, c.OTLPCompression)
	}},
	"OTEL_EXPORTER_OTLP_CERTIFICATE":        {"a path", nil},
	"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": {"a path", nil},
	"OTEL_EXPORTER_OTLP_CLIENT_KEY":         {"a path", nil},
	"OTEL_SERVICE_NAME": {"text of up to 255 bytes without control characters", func(c Config) bool {
		return claimOK(c.ServiceName)
	}},
	"OTEL_RESOURCE_ATTRIBUTES": {"name=value pairs separated by commas, each value percent-encoded", nil},
	"OTEL_TRACES_SAMPLER": {strings.Join(samplers, ", "), func(c Config) bool {
		return slices.Contains(samplers, c.TracesSampler)
	}},
	"OTEL_TRACES_SAMPLER_ARG": {"a number from 0 to 1, such as 0.01", nil},
}

var (
	schemaForm = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)
	tableForm  = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]{0,62})\.[A-Za-z_][A-Za-z0-9_]{0,62}$`)
	hostForm   = regexp.MustCompile(`^[A-Za-z0-9._:%-]*$`)
)

func databaseOK(text string) bool {
	_, err := parseDatabase(text)
	return err == nil
}

func schemaOK(name string) bool {
	return schemaForm.MatchString(name) && !strings.HasPrefix(name, "pg_")
}

// usersFromOK keeps our own table, which becomes a view over the other one, from being that one.
func usersFromOK(c Config) bool {
	match := tableForm.FindStringSubmatch(c.UsersFrom)
	return match != nil && match[1] != c.DatabaseSchema && c.Database().Engine == Postgres
}

// claimOK bounds a claim, since a token has 4 KiB at most and an address takes its share of it.
func claimOK(text string) bool { return len(text) <= 255 && domain.CleanText(text, 255) }

func addrOK(addr string) bool {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || !hostForm.MatchString(host) {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func within[T int | time.Duration](value, least, most T) bool { return least <= value && value <= most }
