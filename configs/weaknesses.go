package configs

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
)

// Weakness is a setting that is lawful but weak, and a sentence about it without any secret.
type Weakness struct{ Setting, Sentence string }

func weakness(setting, format string, args ...any) Weakness {
	return Weakness{setting, setting + ": " + fmt.Sprintf(format, args...)}
}

// Weaknesses lists what is lawful but weak.
func (c Config) Weaknesses() []Weakness {
	return slices.Concat(c.shortSecrets(), c.weakRules(), c.weakNetwork())
}

func (c Config) shortSecrets() (all []Weakness) {
	for i, key := range c.PreviousSecretKeys {
		if n := len(key.Reveal()); n < MinKeyLength {
			all = append(all, weakness("PREVIOUS_SECRET_KEYS", "key %d of %d has %d bytes, which is weak: a key should have at least %d",
				i+1, len(c.PreviousSecretKeys), n, MinKeyLength))
		}
	}
	for _, client := range c.IntrospectionClients {
		if n := len(client.Secret.Reveal()); n < minClientSecret {
			all = append(all, weakness("INTROSPECTION_CLIENTS", "the secret of %q has %d bytes, which is weak: it should have at least %d",
				client.ID, n, minClientSecret))
		}
	}
	return all
}

func (c Config) weakRules() (all []Weakness) {
	if c.ReuseAction == "refuse" {
		all = append(all, weakness("REUSE_ACTION", "a token that is used again does not end its session, so a thief keeps it"))
	}
	if c.PasswordHash.weak() {
		all = append(all, weakness("PASSWORD_HASH", "%s is cheap to guess: it should cost at least as much as m=19456,t=2,p=1",
			c.PasswordHash))
	}
	if c.LoginLimitAccount == 0 {
		all = append(all, weakness("LOGIN_LIMIT_ACCOUNT", "wrong passwords for one account are not limited"))
	}
	if c.LoginLimitAddress == 0 {
		all = append(all, weakness("LOGIN_LIMIT_ADDRESS", "wrong passwords from one address are not limited"))
	}
	return all
}

func (c Config) weakNetwork() (all []Weakness) {
	if slices.ContainsFunc(c.TrustedProxies, func(p netip.Prefix) bool { return p.Bits() == 0 }) {
		all = append(all, weakness("TRUSTED_PROXIES", "every address counts as a proxy's, so clients choose the address by which "+
			"wrong passwords are limited: name the proxies alone"))
	}
	if c.readable() {
		all = append(all, weakness("HTTP_ADDR", "passwords and tokens cross the network unencrypted: set TLS_CERT_FILE and "+
			"TLS_KEY_FILE, or name the proxy that does it in TRUSTED_PROXIES"))
	}
	return all
}

// Warnings lists the sentences of the weaknesses.
func (c Config) Warnings() []string {
	var all []string
	for _, w := range c.Weaknesses() {
		all = append(all, w.Sentence)
	}
	return all
}

// weak compares with the cheapest parameters that OWASP's Password Storage Cheat Sheet recommends, m=7168,t=5,p=1: all of
// those it lists have about as much memory times passes.
func (a Argon2Params) weak() bool {
	return a.Memory < 7168 || uint64(a.Memory)*uint64(a.Time) < 7168*5
}

// readable reports whether plain HTTP is served to other machines, and not to a proxy that is known.
func (c Config) readable() bool {
	if c.TLSCertFile != "" || len(c.TrustedProxies) > 0 {
		return false
	}
	host, _, err := net.SplitHostPort(c.HTTPAddr)
	if err != nil || host == "localhost" {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err != nil || !ip.IsLoopback()
}
