package configs_test

import (
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/certificate"
)

func TestLoad_TakesACertificateWithItsKeyOnly(t *testing.T) {
	cert, secret := certificate.SelfSigned(t)
	_, other := certificate.SelfSigned(t)
	broken := write(t, "broken", "canary")
	for _, test := range []struct{ name, cert, key, want string }{
		{"both", cert, secret, ""},
		{"neither", "", "", ""},
		{"no key", cert, "", "TLS_KEY_FILE is not set, must be set when TLS_CERT_FILE is"},
		{"no certificate", "", secret, "TLS_CERT_FILE is not set, must be set when TLS_KEY_FILE is"},
		{"another's key", cert, other, "TLS_CERT_FILE and TLS_KEY_FILE cannot be used ("},
		{"no such key", cert, "/absent.key", `TLS_CERT_FILE and TLS_KEY_FILE cannot be used ("open /absent.key: no such file`},
		{"no such certificate", "/absent.crt", secret, `TLS_CERT_FILE and TLS_KEY_FILE cannot be used ("open /absent.crt: no such file`},
		{"a broken key", cert, broken, "TLS_CERT_FILE and TLS_KEY_FILE cannot be used ("},
	} {
		_, err := load(t, "", "TLS_CERT_FILE="+test.cert, "TLS_KEY_FILE="+test.key)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v, want no error", test.name, err)
		case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "canary")):
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}
