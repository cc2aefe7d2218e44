package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	jwtlib "github.com/golang-jwt/jwt/v5"
)

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
