package configs

import (
	"crypto/tls"
	"net"
	"net/netip"
	"strconv"
	"strings"
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
	c.checkAddresses(in)
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

func (c Config) checkAddresses(in input) {
	if c.MetricsAddr != "" && !in.mistakes.has("HTTP_ADDR", "METRICS_ADDR") && collide(c.HTTPAddr, c.MetricsAddr) {
		in.mistakes.add("METRICS_ADDR", "is %q, must be another address than HTTP_ADDR, such as 127.0.0.1:9090", c.MetricsAddr)
	}
}

// collide reports whether one process cannot listen at both addresses: nobody can beside one who does so everywhere.
func collide(a, b string) bool {
	host, port := listener(a)
	otherHost, otherPort := listener(b)
	return port == otherPort && port != 0 && (host == otherHost || host == everywhere || otherHost == everywhere)
}

const everywhere = "*"

// listener returns where an address that addrOK takes listens, in one spelling. To look names up is left to the system, but
// for the one that every machine gives itself.
func listener(addr string) (host string, port uint64) {
	host, text, _ := net.SplitHostPort(addr)
	port, _ = strconv.ParseUint(text, 10, 16)
	host = strings.ToLower(host)
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "" || ip.IsUnspecified():
		return everywhere, port
	case err != nil:
		return host, port
	default:
		return ip.Unmap().String(), port
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
