package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// certificate writes a certificate for this machine and its key, and returns a client that trusts it.
func (s *service) certificate() *http.Client {
	s.T.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.T.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		s.T.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		s.T.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.write("cert.pem", string(public))
	s.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(public)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}}
}

func TestTLS_WithACertificateItServesHTTPSOnly(t *testing.T) {
	t.Parallel()
	s := operator(t, "sqlite:vidaplus.db", "TLS_CERT_FILE=cert.pem", "TLS_KEY_FILE=key.pem")
	trusting := s.certificate()
	s.AddUser(maria, mariasPassword)
	s.Launch()
	addr := strings.TrimPrefix(s.URL, "http://")
	s.Env = append(s.Env, "HTTP_ADDR="+addr)
	program.Within(t, 20*time.Second, "the health check passes", func() bool {
		_, _, code := s.Run("", "healthcheck")
		return code == 0
	})
	response, err := trusting.Post("https://"+addr+"/auth/token", "application/x-www-form-urlencoded", strings.NewReader(marias))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK || response.TLS.Version < tls.VersionTLS12 {
		t.Errorf("over HTTPS the answer is %d with TLS %x", response.StatusCode, response.TLS.Version)
	}
	if plain, err := http.Get(s.URL + "/readyz"); err == nil {
		_ = plain.Body.Close()
		if plain.StatusCode == http.StatusOK {
			t.Error("plain HTTP is served too")
		}
	}
}
