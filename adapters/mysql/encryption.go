package mysql

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// The values of ssl-mode, as MySQL's clients have them.
const (
	disabled       = "DISABLED"
	preferred      = "PREFERRED"
	required       = "REQUIRED"
	verifyCA       = "VERIFY_CA"
	verifyIdentity = "VERIFY_IDENTITY"
)

// encrypt does what the options that begin with ssl- say. Without any, the connection is encrypted if the server can do
// that, and nobody's name is checked, as MySQL's own clients do it: fit for a network that is trusted.
func encrypt(c *mysql.Config, options map[string]string) error {
	mode := strings.ToUpper(options["ssl-mode"])
	t := &tls.Config{MinVersion: tls.VersionTLS12}
	switch mode {
	case disabled:
		return nil
	case "", preferred:
		c.AllowFallbackToPlaintext, t.InsecureSkipVerify = true, true
	case required:
		t.InsecureSkipVerify = true
	case verifyCA:
		t.InsecureSkipVerify = true
		t.VerifyConnection = func(s tls.ConnectionState) error { return issued(s, t.RootCAs) }
	case verifyIdentity:
	default:
		return errors.New("ssl-mode must be DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY")
	}
	c.TLS = t
	return certify(t, mode, options)
}

// certify reads whom to believe, and who we are.
func certify(t *tls.Config, mode string, options map[string]string) (err error) {
	if path := options["ssl-ca"]; path != "" {
		if mode != verifyCA && mode != verifyIdentity {
			return errors.New("ssl-ca needs ssl-mode VERIFY_CA or VERIFY_IDENTITY")
		}
		if t.RootCAs, err = authorities(path); err != nil {
			return err
		}
	}
	if options["ssl-cert"] == "" && options["ssl-key"] == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(options["ssl-cert"], options["ssl-key"])
	if err != nil {
		return fmt.Errorf("ssl-cert and ssl-key: %w", err)
	}
	t.Certificates = []tls.Certificate{pair}
	return nil
}

func authorities(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("ssl-ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("ssl-ca: there is no certificate in the file")
	}
	return pool, nil
}

// issued checks that one of the authorities has issued the server's certificate, for whatever name.
func issued(s tls.ConnectionState, roots *x509.CertPool) error {
	between := x509.NewCertPool()
	for _, certificate := range s.PeerCertificates[1:] {
		between.AddCert(certificate)
	}
	_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
	return err
}
