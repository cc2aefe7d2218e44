package jwtsign_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestFolder_TakesPrivateKeysInEveryUsualForm(t *testing.T) {
	ec, rsa := ecKey(t, elliptic.P256()), rsaKey(t, 2048)
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	curve := inPEM("EC PARAMETERS", []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7})
	for name, c := range map[string]struct{ text, algorithm string }{
		"Ed25519 in PKCS #8":    {pkcs8(t, private(t, domain.EdDSA)), domain.EdDSA},
		"P-256 in PKCS #8":      {pkcs8(t, ec), domain.ES256},
		"P-256 in SEC 1":        {inPEM("EC PRIVATE KEY", sec1), domain.ES256},
		"P-256 after its curve": {curve + inPEM("EC PRIVATE KEY", sec1), domain.ES256},
		"RSA in PKCS #8":        {pkcs8(t, rsa), domain.RS256},
		"RSA in PKCS #1":        {inPEM("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsa)), domain.RS256},
		"text around":           {"Our key\n" + pkcs8(t, ec) + "ends here", domain.ES256},
		"line ends of Windows":  {strings.ReplaceAll(pkcs8(t, ec), "\n", "\r\n"), domain.ES256},
	} {
		r := emptyRing(t, c.algorithm)
		r.write("key.pem", c.text)
		s, err := jwtsign.Open(r.settings, domain.Policy{}, r.clock)
		if err != nil {
			t.Errorf("%s: %v, want it taken", name, err)
			continue
		}
		if k := s.List(noon)[0]; k.Algorithm != c.algorithm || k.Weak != (c.algorithm == domain.RS256) {
			t.Errorf("%s: the key is %+v, want one for %s, weak if it is RSA of 2048 bits", name, k, c.algorithm)
		}
		wantClaims(t, s, signedBy(t, s), trackedClaims())
	}
}

func TestFolder_RefusesWhatIsNoGoodPrivateKey(t *testing.T) {
	good := pkcs8(t, private(t, domain.EdDSA))
	block, _ := pem.Decode([]byte(good))
	ec := ecKey(t, elliptic.P256())
	for name, c := range map[string]struct{ text, says string }{
		"nothing":            {"", "no private key in PEM"},
		"text":               {"canary", "no private key in PEM"},
		"half a key":         {good[:len(good)/2], "no private key in PEM"},
		"DER":                {string(block.Bytes), "no private key in PEM"},
		"two keys":           {good + good, "more than one"},
		"a key and a cert":   {good + inPEM("CERTIFICATE", []byte{1}), "more than one"},
		"a public key":       {publicForms(t, ec.Public())["PEM"], `"PUBLIC KEY", must hold a private key`},
		"a strange kind":     {inPEM(strings.Repeat("\x1bX", 99), nil), "must hold a private key"},
		"damaged DER":        {inPEM("PRIVATE KEY", block.Bytes[:30]), "damaged"},
		"another label":      {inPEM("RSA PRIVATE KEY", block.Bytes), "damaged"},
		"encrypted":          {inPEM("ENCRYPTED PRIVATE KEY", block.Bytes), "encrypted"},
		"encrypted long ago": {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", "encrypted"},
		"P-384":              {pkcs8(t, ecKey(t, elliptic.P384())), "P-256"},
		"P-521":              {pkcs8(t, ecKey(t, elliptic.P521())), "P-256"},
		"RSA of 1024 bits":   {weakRSA, "not 1024"},
		"RSA of 2047 bits":   {pkcs8(t, rsaKey(t, 2047)), "not 2047"},
		"too large a file":   {good + strings.Repeat("\n", 64<<10), "larger than"},
	} {
		r := newRing(t, domain.EdDSA)
		s := r.opened()
		r.write("20260101T000000Z_x.pem", c.text)
		_, err := jwtsign.Open(r.settings, domain.Policy{}, r.clock)
		_, again := s.Reload()
		for _, err := range []error{err, again} {
			if err == nil || !strings.Contains(err.Error(), "20260101T000000Z_x.pem") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v, want an error that names the file and says %q", name, err, c.says)
			} else if strings.ContainsAny(err.Error(), "\n\x1b") || strings.Contains(err.Error(), "canary") || len(err.Error()) > 400 {
				t.Errorf("%s: %q, want nothing of the file in it", name, err)
			}
		}
	}
}

func TestFolder_RefusesWhatIsNoFile(t *testing.T) {
	for name, place := range map[string]func(path string) error{
		"folder.pem":   func(path string) error { return os.Mkdir(path, 0o700) },
		"pipe.pem":     func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"dangling.pem": func(path string) error { return os.Symlink("nowhere", path) },
		"circle.pem":   func(path string) error { return os.Symlink("circle.pem", path) },
		"device.pem":   func(path string) error { return os.Symlink("/dev/zero", path) },
	} {
		r := newRing(t, domain.EdDSA)
		if err := place(r.path(name)); err != nil {
			t.Fatal(err)
		}
		if _, err := jwtsign.Open(r.settings, domain.Policy{}, r.clock); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want an error that names it", name, err)
		}
	}
}

func TestFolder_LooksAtVisiblePEMFilesOnly(t *testing.T) {
	r := newRing(t, domain.EdDSA)
	for _, name := range []string{".hidden.pem", "key.pem.bak", "README", "key.PEM", "pem", ".vidaplus-auth-key.1"} {
		r.write(name, "no key")
	}
	if err := os.Mkdir(r.path("old"), 0o700); err != nil {
		t.Fatal(err)
	}
	only(t, r.opened())
}

// Kubernetes mounts a secret as links into a hidden folder, which it exchanges as a whole.
func TestFolder_FollowsLinksAsKubernetesMountsThem(t *testing.T) {
	first, second := newRing(t, domain.EdDSA), newRing(t, domain.EdDSA)
	r := emptyRing(t, domain.EdDSA)
	point := func(to string) {
		t.Helper()
		if err := os.Symlink(to, r.path("..data_tmp")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(r.path("..data_tmp"), r.path("..data")); err != nil {
			t.Fatal(err)
		}
	}
	point(first.settings.Folder)
	if err := os.Symlink(filepath.Join("..data", "key.pem"), r.path("key.pem")); err != nil {
		t.Fatal(err)
	}
	s := r.opened()
	if got := only(t, s); got != only(t, first.opened()) {
		t.Errorf("the key is %s, want the one that the link leads to", got)
	}
	point(second.settings.Folder)
	if changed, err := s.Reload(); err != nil || !changed || only(t, s) != only(t, second.opened()) {
		t.Errorf("Reload returned %v, %v, want the key that the link leads to now", changed, err)
	}
}

func TestFolder_RefusesOneKeyInTwoFiles(t *testing.T) {
	r, key := emptyRing(t, domain.EdDSA), private(t, domain.EdDSA)
	r.keep("key.pem", key)
	r.keep("20260101T000000Z_copy.pem", key)
	_, err := jwtsign.Open(r.settings, domain.Policy{}, r.clock)
	if err == nil || !strings.Contains(err.Error(), `"key.pem"`) || !strings.Contains(err.Error(), `"20260101T000000Z_copy.pem"`) {
		t.Errorf("%v, want an error that names both files", err)
	}
}

func TestFolder_TakesTheInstantFromTheFilesName(t *testing.T) {
	r := emptyRing(t, domain.EdDSA)
	r.keep("20260302T030405Z_x.pem", private(t, domain.EdDSA))
	r.keep("key.pem", private(t, domain.EdDSA))
	r.keep("20261332T000000Z_x.pem", private(t, domain.EdDSA))
	var got []time.Time
	for _, k := range r.opened().List(noon) {
		got = append(got, k.Begins)
	}
	want := []time.Time{{}, {}, time.Date(2026, 3, 2, 3, 4, 5, 0, time.UTC)}
	for i := range want {
		if len(got) != len(want) || !got[i].Equal(want[i]) {
			t.Fatalf("the keys begin at %v, want %v", got, want)
		}
	}
}

func TestKeyMaker_MakesGoodKeysInPKCS8(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		made, err := jwtsign.KeyMaker{}.Make(algorithm)
		block, rest := pem.Decode([]byte(made.Text.Reveal() + "\n"))
		if err != nil || made.Weak || block == nil || block.Type != "PRIVATE KEY" || len(rest) > 0 {
			t.Fatalf("%s: %v, want a key in PEM and nothing beside it", algorithm, err)
		}
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		switch k := key.(type) {
		case *rsa.PrivateKey:
			if k.N.BitLen() != 3072 {
				t.Errorf("the RSA key has %d bits, want 3072", k.N.BitLen())
			}
		case *ecdsa.PrivateKey:
			if k.Curve != elliptic.P256() {
				t.Errorf("the EC key is on %s, want P-256", k.Curve.Params().Name)
			}
		}
		if err != nil {
			t.Errorf("%s: %v, want PKCS #8", algorithm, err)
		}
	}
}
