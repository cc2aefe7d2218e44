package jwtsign_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

var (
	noon           = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	pairAlgorithms = []string{domain.EdDSA, domain.ES256, domain.RS256}
)

// ring is a folder of key pairs, and the clock and the settings of those who read it.
type ring struct {
	t        testing.TB
	settings jwtsign.Settings
	mu       sync.Mutex
	now      time.Time
}

func emptyRing(t testing.TB, algorithm string) *ring {
	t.Helper()
	return &ring{t: t, settings: jwtsign.Settings{Algorithm: algorithm, Folder: t.TempDir()}, now: noon}
}

// newRing has one key of the algorithm, which has always begun.
func newRing(t testing.TB, algorithm string) *ring {
	t.Helper()
	r := emptyRing(t, algorithm)
	r.keep("key.pem", private(t, algorithm))
	return r
}

func (r *ring) opened() *jwtsign.Signer {
	r.t.Helper()
	s, err := jwtsign.Open(r.settings, contract.KeyPolicy, r.clock)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func (r *ring) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *ring) turn(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = now
}

// keep writes a key in PKCS #8.
func (r *ring) keep(name string, key crypto.Signer) {
	r.t.Helper()
	r.write(name, pkcs8(r.t, key))
}

// write puts a file into the folder at one stroke.
func (r *ring) write(name, text string) {
	r.t.Helper()
	path := r.path("." + name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Rename(path, r.path(name)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *ring) remove(name string) {
	r.t.Helper()
	if err := os.Remove(r.path(name)); err != nil {
		r.t.Fatal(err)
	}
}

func (r *ring) path(name string) string { return filepath.Join(r.settings.Folder, name) }

// private returns a new key; of 2048 bits for RS256, which is quicker than the best and is read too.
func private(t testing.TB, algorithm string) crypto.Signer {
	t.Helper()
	switch algorithm {
	case domain.EdDSA:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return made(t, key, err)
	case domain.ES256:
		return ecKey(t, elliptic.P256())
	default:
		return rsaKey(t, 2048)
	}
}

func ecKey(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	return made(t, key, err)
}

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	return made(t, key, err)
}

func made[K any](t testing.TB, key K, err error) K {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func pkcs8(t testing.TB, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return inPEM("PRIVATE KEY", der)
}

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// forgePair signs header and payload as they are with a private key.
func forgePair(t testing.TB, method jwt.SigningMethod, key any, header, payload string) string {
	t.Helper()
	text := encode([]byte(header)) + "." + encode([]byte(payload))
	signature, err := method.Sign(text, key)
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(signature)
}

// only returns the ID of the only key.
func only(t testing.TB, s *jwtsign.Signer) string {
	t.Helper()
	all := s.List(noon)
	if len(all) != 1 {
		t.Fatalf("there are %d keys, want 1", len(all))
	}
	return all[0].ID
}
