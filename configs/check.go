package configs

import (
	"crypto/tls"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// check notes every value that was parsed but cannot be used, alone or beside the others.
func (c Config) check(in input) {
	for _, v := range variables {
		if r := rules[v.name]; r.ok != nil && !in.mistakes.has(v.name) && !r.ok(c) {
			in.refuse(v)
		}
	}
	c.checkGrace(in)
	c.checkKeys(in)
	c.checkDrain(in)
	c.checkTLS(in)
	c.checkTracing(in)
	c.checkSchema(in)
}

// checkSchema keeps an operator from believing that tables are elsewhere: with MySQL a schema is a database.
func (c Config) checkSchema(in input) {
	if in.values["DATABASE_SCHEMA"] != "" && c.Database().Engine == MySQL && !in.mistakes.has("DATABASE_SCHEMA") {
		in.mistakes.add("DATABASE_SCHEMA", "is set, must not be when DATABASE_URL begins with mysql: the database that it names is the schema")
	}
}

func (c Config) checkGrace(in input) {
	if in.mistakes.has("REFRESH_GRACE") {
		return
	}
	// Without a lifetime to compare with, only what no lifetime would allow is wrong.
	longest := c.TokenLifetime()
	if in.mistakes.has("ACCESS_TOKEN_EXPIRE_MINUTES") {
		longest = maxTokenMinutes * time.Minute
	}
	if !within(c.RefreshGrace, 0, longest) {
		in.refuse(variableNamed("REFRESH_GRACE"))
	}
}

func (c Config) checkKeys(in input) {
	switch {
	case in.mistakes.has("ALGORITHM"):
	case c.Algorithm != domain.HS256 && c.SigningKeysDir == "":
		in.mistakes.add("SIGNING_KEYS_DIR", "is not set, must be the path of a folder of PEM keys when ALGORITHM is %s", c.Algorithm)
	case c.Algorithm == domain.HS256 && c.SecretKey.Empty() && c.Database().Server():
		in.mistakes.add("SECRET_KEY", "is not set, must be at least 32 bytes long when the database is a server and ALGORITHM is HS256")
	}
}

// checkDrain judges what an operator chose: a short SHUTDOWN_TIMEOUT alone cuts the default delay short, and that is fine.
func (c Config) checkDrain(in input) {
	if in.values["DRAIN_DELAY"] != "" && !in.mistakes.has("DRAIN_DELAY", "SHUTDOWN_TIMEOUT") && c.DrainDelay >= c.ShutdownTimeout {
		in.refuse(variableNamed("DRAIN_DELAY"))
	}
}

func (c Config) checkTLS(in input) {
	in.checkPair("TLS_CERT_FILE", c.TLSCertFile, "TLS_KEY_FILE", c.TLSKeyFile)
}

// checkPair judges the paths of a certificate and of its key, which two variables hold.
func (in input) checkPair(certName, cert, keyName, key string) {
	switch {
	case cert == "" && key == "":
	case key == "":
		in.mistakes.add(keyName, "is not set, must be set when %s is", certName)
	case cert == "":
		in.mistakes.add(certName, "is not set, must be set when %s is", keyName)
	default:
		if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
			in.mistakes.add(certName,
				"and %s cannot be used (%q), must be a certificate and its key in readable PEM files", keyName, err.Error())
		}
	}
}
