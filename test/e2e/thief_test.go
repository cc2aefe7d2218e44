package e2e

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	jwtlib "github.com/golang-jwt/jwt/v5"
)

// thief is somebody who wants to be taken for maria's session, and in these stories even has the private keys: no key
// may be used for more than its own algorithm.
type thief struct {
	*service
	payload string
	// private holds the keys by their algorithm, ids their names.
	private map[string]crypto.Signer
	ids     map[string]string
}

func newThief(t *testing.T) *thief {
	t.Helper()
	s := signsWith(t, "EdDSA", "sqlite:vidaplus.db", aClient)
	s.generateKey("ES256")
	s.generateKey("RS256")
	s.restart()
	thief := &thief{s, claimsOf(t, s.loggedIn()).payload, map[string]crypto.Signer{}, map[string]string{}}
	set := s.keySet()
	for _, file := range s.keyFiles() {
		text, err := os.ReadFile(file.path)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(text)
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		signer, signs := key.(crypto.Signer)
		if !signs {
			t.Fatalf("%s holds a %T, want a private key", file.path, key)
		}
		algorithm := set.Key(file.id)[0].Algorithm
		thief.private[algorithm], thief.ids[algorithm] = signer, file.id
	}
	return thief
}

// signs makes a token with any header, by a method of the JWT library and whatever key that takes.
func (f *thief) signs(method jwtlib.SigningMethod, key any, header string) string {
	f.T.Helper()
	text := encoded(header) + "." + encoded(f.payload)
	signature, err := method.Sign(text, key)
	if err != nil {
		f.T.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// failsWith checks that a token is good nowhere.
func (f *thief) failsWith(what, token string) {
	f.T.Helper()
	for _, request := range []exchange{{method: "GET", path: "/auth/me"}, {method: "POST", path: "/auth/token/refresh_token"}} {
		if got := f.call(request.method, request.path, token, ""); got.status != http.StatusUnauthorized {
			f.T.Fatalf("%s: a token with the header %s is answered with %d %s", what, claimsOf(f.T, token).header, got.status, got.body)
		}
	}
	f.isInactive(token)
}

var methodsOf = map[string]jwtlib.SigningMethod{
	"EdDSA": jwtlib.SigningMethodEdDSA, "ES256": jwtlib.SigningMethodES256, "RS256": jwtlib.SigningMethodRS256,
}

func head(algorithm, id string) string {
	return fmt.Sprintf(`{"alg":%q,"typ":"JWT","kid":%q}`, algorithm, id)
}

// encodings returns the ways in which libraries keep a public key.
func encodings(t *testing.T, public crypto.PublicKey) [][]byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	all := [][]byte{der, text, []byte(strings.TrimSpace(string(text))), []byte(base64.StdEncoding.EncodeToString(der))}
	var raw []byte
	switch key := public.(type) {
	case ed25519.PublicKey:
		raw = key
	case *ecdsa.PublicKey:
		if raw, err = key.Bytes(); err != nil {
			t.Fatal(err)
		}
		all = append(all, raw[1:], raw[1:33])
	case *rsa.PublicKey:
		raw = key.N.Bytes()
		pkcs1 := x509.MarshalPKCS1PublicKey(key)
		all = append(all, pkcs1, pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1}))
	}
	return append(all, raw, []byte(base64.RawURLEncoding.EncodeToString(raw)))
}

// inASN1 returns a token of ES256 whose signature is written as in certificates.
func (f *thief) inASN1() string {
	f.T.Helper()
	text := encoded(head("ES256", f.ids["ES256"])) + "." + encoded(f.payload)
	hash := sha256.Sum256([]byte(text))
	signature, err := f.private["ES256"].Sign(rand.Reader, hash[:], crypto.SHA256)
	if err != nil {
		f.T.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}
