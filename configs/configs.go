// Package configs turns environment variables into one checked value, and says where each came from. It decides
// nothing else: it opens no database, makes no key and logs nothing, and its errors never hold a secret.
package configs

import (
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Config is everything an operator can set, one field a variable, in the order in which the variables are documented.
// Only Load makes one: every value in it has passed its check.
type Config struct {
	DatabaseURL              domain.Secret `env:"DATABASE_URL" envDefault:"sqlite:vidaplus.db"`
	DatabaseSchema           string        `env:"DATABASE_SCHEMA" envDefault:"vidaplus_auth"`
	UsersFrom                string        `env:"USERS_FROM"`
	DatabaseMaxConns         int           `env:"DATABASE_MAX_CONNS" envDefault:"20"`
	StoreTimeout             time.Duration `env:"STORE_TIMEOUT" envDefault:"2s"`
	MigrateOnStart           bool          `env:"MIGRATE_ON_START" envDefault:"false"`
	SecretKey                domain.Secret `env:"SECRET_KEY"`
	Algorithm                string        `env:"ALGORITHM" envDefault:"HS256"`
	AccessTokenExpireMinutes int           `env:"ACCESS_TOKEN_EXPIRE_MINUTES" envDefault:"30"`
	PreviousSecretKeys       Secrets       `env:"PREVIOUS_SECRET_KEYS"`
	SigningKeysDir           string        `env:"SIGNING_KEYS_DIR"`
	Issuer                   string        `env:"ISSUER"`
	Audience                 string        `env:"AUDIENCE"`
	SessionMaxAge            time.Duration `env:"SESSION_MAX_AGE" envDefault:"720h"`
	MaxSessionsPerUser       int           `env:"MAX_SESSIONS_PER_USER" envDefault:"100"`
	RefreshGrace             time.Duration `env:"REFRESH_GRACE" envDefault:"10s"`
	ReuseAction              string        `env:"REUSE_ACTION" envDefault:"revoke"`
	AcceptUntrackedTokens    Untracked     `env:"ACCEPT_UNTRACKED_TOKENS" envDefault:"true"`
	ClockLeeway              time.Duration `env:"CLOCK_LEEWAY" envDefault:"0s"`
	PasswordHash             Argon2Params  `env:"PASSWORD_HASH" envDefault:"m=65536,t=3,p=4"`
	LoginLimitAccount        int           `env:"LOGIN_LIMIT_ACCOUNT" envDefault:"10"`
	LoginLimitAddress        int           `env:"LOGIN_LIMIT_ADDRESS" envDefault:"200"`
	LoginLimitWindow         time.Duration `env:"LOGIN_LIMIT_WINDOW" envDefault:"5m"`
	RefreshLimitSession      int           `env:"REFRESH_LIMIT_SESSION" envDefault:"0"`
	EventsMaxAge             time.Duration `env:"EVENTS_MAX_AGE" envDefault:"2160h"`
	IntrospectionClients     Clients       `env:"INTROSPECTION_CLIENTS"`
	HTTPAddr                 string        `env:"HTTP_ADDR" envDefault:"127.0.0.1:8000"`
	TLSCertFile              string        `env:"TLS_CERT_FILE"`
	TLSKeyFile               string        `env:"TLS_KEY_FILE"`
	MetricsAddr              string        `env:"METRICS_ADDR"`
	TrustedProxies           Networks      `env:"TRUSTED_PROXIES"`
	CORSAllowedOrigins       Origins       `env:"CORS_ALLOWED_ORIGINS"`
	TokenCookie              string        `env:"TOKEN_COOKIE" envDefault:"off"`
	LogLevel                 string        `env:"LOG_LEVEL" envDefault:"info"`
	LogFormat                string        `env:"LOG_FORMAT" envDefault:"json"`
	DrainDelay               time.Duration `env:"DRAIN_DELAY" envDefault:"500ms"`
	ShutdownTimeout          time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"15s"`
	OTLPEndpoint             string        `env:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	TracesExporter           string        `env:"OTEL_TRACES_EXPORTER" envDefault:"otlp"`
	TracesDisabled           bool          `env:"OTEL_SDK_DISABLED" envDefault:"false"`
	OTLPHeaders              Headers       `env:"OTEL_EXPORTER_OTLP_HEADERS"`
	OTLPProtocol             string        `env:"OTEL_EXPORTER_OTLP_PROTOCOL" envDefault:"http/protobuf"`
	OTLPTimeout              int           `env:"OTEL_EXPORTER_OTLP_TIMEOUT" envDefault:"10000"`
	OTLPCompression          string        `env:"OTEL_EXPORTER_OTLP_COMPRESSION" envDefault:"none" traces:"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION"`
	OTLPCertificate          string        `env:"OTEL_EXPORTER_OTLP_CERTIFICATE" traces:"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"`
	OTLPClientCertificate    string        `env:"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE" traces:"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE"`
	OTLPClientKey            string        `env:"OTEL_EXPORTER_OTLP_CLIENT_KEY" traces:"OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY"`
	ServiceName              string        `env:"OTEL_SERVICE_NAME" envDefault:"vidaplus-auth"`
	ResourceAttributes       Attributes    `env:"OTEL_RESOURCE_ATTRIBUTES"`
	TracesSampler            string        `env:"OTEL_TRACES_SAMPLER" envDefault:"parentbased_always_on"`
	TracesSamplerArg         Ratio         `env:"OTEL_TRACES_SAMPLER_ARG" envDefault:"1"`

	sources map[string]string
}

// TokenLifetime is how long an access token may be presented.
func (c Config) TokenLifetime() time.Duration {
	return time.Duration(c.AccessTokenExpireMinutes) * time.Minute
}

// Policy returns the operator's decisions in the words of the domain.
func (c Config) Policy() domain.Policy {
	return domain.Policy{
		TokenLifetime: c.TokenLifetime(),
		SessionMaxAge: c.SessionMaxAge,
		RefreshGrace:  c.RefreshGrace,
		ClockLeeway:   c.ClockLeeway,
		MaxSessions:   c.MaxSessionsPerUser,
		RevokeReused:  c.ReuseAction == "revoke",
		RefreshLimit:  c.RefreshLimitSession,
		EventsMaxAge:  c.EventsMaxAge,
		Untracked:     domain.UntrackedPolicy(c.AcceptUntrackedTokens),
		Issuer:        c.Issuer,
		Audience:      c.Audience,
	}
}

// LoginLimits returns how many wrong passwords the operator allows. An address counts as known to an account for as long
// as a session that began there could live.
func (c Config) LoginLimits() domain.LoginLimits {
	return domain.LoginLimits{
		Account: c.LoginLimitAccount, Address: c.LoginLimitAddress, Window: c.LoginLimitWindow, KnownFor: c.SessionMaxAge,
	}
}
