package e2e

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
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
	f.t.Helper()
	text := encoded(header) + "." + encoded(f.payload)
	signature, err := method.Sign(text, key)
	if err != nil {
		f.t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// failsWith checks that a token is good nowhere.
func (f *thief) failsWith(what, token string) {
	f.t.Helper()
	for _, request := range []exchange{{method: "GET", path: "/auth/me"}, {method: "POST", path: "/auth/token/refresh_token"}} {
		if got := f.call(request.method, request.path, token, ""); got.status != http.StatusUnauthorized {
			f.t.Fatalf("%s: a token with the header %s is answered with %d %s", what, claimsOf(f.t, token).header, got.status, got.body)
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

func TestConfusion_TheRightKeyWithItsOwnAlgorithmIsTaken(t *testing.T) {
	t.Parallel()
	f := newThief(t)
	for algorithm, method := range methodsOf {
		token := f.signs(method, f.private[algorithm], head(algorithm, f.ids[algorithm]))
		if shown := f.me(token); shown.Email != maria {
			t.Errorf("%s: the account is %+v, so the stories about forged tokens tell nothing", algorithm, shown)
		}
	}
}

func TestConfusion_APublicKeyIsNoSecret(t *testing.T) {
	t.Parallel()
	f := newThief(t)
	set := f.keySet()
	for algorithm, private := range f.private {
		id := f.ids[algorithm]
		published, err := set.Key(id)[0].MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		secrets := append(encodings(t, private.Public()), published, []byte(id), nil)
		for _, secret := range secrets {
			for _, header := range []string{jwtHeader, head("HS256", id), head("HS384", id), head(algorithm, id)} {
				f.failsWith("a public key as a secret", f.signs(jwtlib.SigningMethodHS256, secret, header))
			}
		}
	}
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

func TestConfusion_AKeyIsBoundToItsAlgorithmAndItsName(t *testing.T) {
	t.Parallel()
	f := newThief(t)
	for algorithm, method := range methodsOf {
		for other := range methodsOf {
			if other == algorithm {
				continue
			}
			f.failsWith("another key's name", f.signs(method, f.private[algorithm], head(algorithm, f.ids[other])))
			f.failsWith("another algorithm", f.signs(method, f.private[algorithm], head(other, f.ids[algorithm])))
			f.failsWith("both", f.signs(method, f.private[algorithm], head(other, f.ids[other])))
		}
		for _, id := range []string{"", "unknown", "../../../dev/null", strings.ToLower(f.ids[algorithm]), f.ids[algorithm] + " "} {
			f.failsWith("an unknown name", f.signs(method, f.private[algorithm], head(algorithm, id)))
		}
		for _, header := range []string{
			`{"alg":"` + algorithm + `","typ":"JWT"}`, `{"alg":"` + algorithm + `","kid":null}`, `{"alg":"` + algorithm + `","kid":1}`,
			head(strings.ToLower(algorithm), f.ids[algorithm]), head(algorithm+" ", f.ids[algorithm]), head("HS256", f.ids[algorithm]),
			`{"kid":"` + f.ids[algorithm] + `"}`,
		} {
			f.failsWith("a strange header", f.signs(method, f.private[algorithm], header))
		}
	}
	for _, method := range []jwtlib.SigningMethod{jwtlib.SigningMethodRS384, jwtlib.SigningMethodRS512, jwtlib.SigningMethodPS256} {
		f.failsWith("a sister of its algorithm", f.signs(method, f.private["RS256"], head(method.Alg(), f.ids["RS256"])))
		f.failsWith("a hidden sister", f.signs(method, f.private["RS256"], head("RS256", f.ids["RS256"])))
	}
	f.failsWith("a signature in ASN.1", f.inASN1())
}

// inASN1 returns a token of ES256 whose signature is written as in certificates.
func (f *thief) inASN1() string {
	f.t.Helper()
	text := encoded(head("ES256", f.ids["ES256"])) + "." + encoded(f.payload)
	hash := sha256.Sum256([]byte(text))
	signature, err := f.private["ES256"].Sign(rand.Reader, hash[:], crypto.SHA256)
	if err != nil {
		f.t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func TestConfusion_WithoutASignatureOrWithAKeyOfItsOwnATokenIsNoGood(t *testing.T) {
	t.Parallel()
	f := newThief(t)
	for _, id := range f.ids {
		for _, none := range []string{"none", "None", "NONE", "nOnE", ""} {
			for _, signature := range []string{"", "AAAA"} {
				f.failsWith("no signature", encoded(head(none, id))+"."+encoded(f.payload)+"."+signature)
				f.failsWith("no signature", encoded(`{"alg":"`+none+`"}`)+"."+encoded(f.payload)+"."+signature)
			}
		}
	}
	for _, algorithm := range asymmetric {
		f.failsWith("an empty signature", encoded(head(algorithm, f.ids[algorithm]))+"."+encoded(f.payload)+".")
	}
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := own.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(map[string]string{"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "own",
		"x": base64.RawURLEncoding.EncodeToString(point[1:33]), "y": base64.RawURLEncoding.EncodeToString(point[33:])})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"own", f.ids["ES256"]} {
		for _, where := range []string{`"jwk":` + string(jwk), `"jku":"https://elsewhere.example/keys"`, `"x5u":"https://elsewhere.example/cert"`} {
			header := `{"alg":"ES256","typ":"JWT","kid":"` + id + `",` + where + `}`
			f.failsWith("a key of its own", f.signs(jwtlib.SigningMethodES256, own, header))
		}
	}
}
