package jwtsign_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const trackedPayload = `{"sub":"maria@email.com","exp":1772368200,"iat":1772366400,"jti":"7.AAECAwQFBgcICQoLDA0ODw",` +
	`"sid":"session","uid":"user"}`

// publicForms returns everything that somebody could take for the bytes of a public key.
func publicForms(t *testing.T, public crypto.PublicKey) map[string]string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	text := inPEM("PUBLIC KEY", der)
	forms := map[string]string{"DER": string(der), "PEM": text, "PEM without its line end": strings.TrimSpace(text), "PEM body": encode(der)}
	for name, key := range map[string]jose.JSONWebKey{"JWK": {Key: public}, "JWK for signatures": {Key: public, Use: "sig"}} {
		text, err := json.Marshal(key)
		if err != nil {
			t.Fatal(err)
		}
		forms[name] = string(text)
	}
	switch p := public.(type) {
	case ed25519.PublicKey:
		forms["raw"], forms["x"] = string(p), encode(p)
	case *rsa.PublicKey:
		forms["raw"], forms["n"] = string(p.N.Bytes()), encode(p.N.Bytes())
		pkcs1 := x509.MarshalPKCS1PublicKey(p)
		forms["PKCS #1"], forms["PKCS #1 in PEM"] = string(pkcs1), inPEM("RSA PUBLIC KEY", pkcs1)
	case *ecdsa.PublicKey:
		point, err := p.Bytes()
		forms["raw"], forms["x"] = string(made(t, point, err)), encode(point[1:33])
	}
	return forms
}

func TestRead_TakesNoPublicKeyForASecret(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		r, key := emptyRing(t, algorithm), private(t, algorithm)
		r.keep("key.pem", key)
		for _, of := range []domain.Secret{{}, domain.NewSecret(secret)} {
			r.settings.Secret = of
			s := r.opened()
			forms := publicForms(t, key.Public())
			set, _ := s.Publish(noon)
			forms["JWK Set"], forms["kid"] = string(set), s.List(noon)[len(s.List(noon))-1].ID
			for name, form := range forms {
				for _, alg := range append(pairAlgorithms, domain.HS256) {
					t.Run(algorithm+" "+alg+" "+name, func(t *testing.T) {
						for _, kid := range []string{"", `,"kid":"` + forms["kid"] + `"`} {
							wantRefused(t, s, forgeWith(sha256.New, form, `{"alg":"`+alg+`"`+kid+`}`, trackedPayload))
						}
					})
				}
			}
		}
	}
}

// Each key is there under its own name, and every algorithm is one of a key of ours.
func TestRead_TakesAKeyForItsOwnAlgorithmOnly(t *testing.T) {
	r := emptyRing(t, domain.EdDSA)
	r.settings.Secret = domain.NewSecret(secret)
	keys := map[string]crypto.Signer{}
	for _, algorithm := range pairAlgorithms {
		keys[algorithm] = private(t, algorithm)
		r.keep(algorithm+".pem", keys[algorithm])
	}
	s := r.opened()
	ids := map[string]string{}
	for _, k := range s.List(noon) {
		ids[k.Algorithm] = k.ID
	}
	methods := []jwt.SigningMethod{
		jwt.SigningMethodEdDSA, jwt.SigningMethodES256, jwt.SigningMethodRS256, jwt.SigningMethodPS256, jwt.SigningMethodRS384,
	}
	for _, method := range methods {
		for of, key := range keys {
			if _, err := method.Sign("x", key); err != nil {
				continue
			}
			for _, named := range pairAlgorithms {
				for _, alg := range []string{"EdDSA", "ES256", "RS256", "HS256", "PS256", "RS384", "none", "Ed25519", "rs256"} {
					header := fmt.Sprintf(`{"alg":%q,"kid":%q}`, alg, ids[named])
					token := forgePair(t, method, key, header, trackedPayload)
					if right := alg == named && method.Alg() == alg && of == named; right {
						wantClaims(t, s, token, trackedClaims())
					} else {
						wantRefused(t, s, token)
					}
				}
			}
		}
	}
	for _, named := range pairAlgorithms {
		for _, alg := range []string{"none", "None", "EdDSA", "ES256", "RS256"} {
			text := encode(fmt.Appendf(nil, `{"alg":%q,"kid":%q}`, alg, ids[named])) + "." + encode([]byte(trackedPayload))
			wantRefused(t, s, text+".")
			wantRefused(t, s, text+"."+encode(make([]byte, 64)))
			wantRefused(t, s, text+"."+encode(make([]byte, 256)))
		}
	}
}

func TestRead_WantsTheKidThatNamesTheKey(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		r, key := emptyRing(t, algorithm), private(t, algorithm)
		r.keep("key.pem", key)
		s := r.opened()
		id, method := only(t, s), jwt.GetSigningMethod(algorithm)
		for _, kid := range []string{
			"", `,"kid":null`, `,"kid":""`, `,"kid":1`, `,"kid":true`, `,"kid":{}`, `,"kid":[]`, `,"kid":["` + id + `"]`,
			`,"kid":"key"`, `,"kid":"key.pem"`, `,"kid":"../key.pem"`, `,"kid":"/etc/passwd"`, `,"kid":" ` + id + `"`, `,"kid":"` + id + `\u0000"`,
			`,"kid":"` + strings.Repeat("A", 2000) + `"`, `,"kid":"` + strings.ToLower(id) + `"`, `,"kid":"` + id + `="`, `,"KID":"` + id + `"`,
			`,"kid":"` + id + `","kid":"` + id + `"`, `,"kid":"` + id + `","Kid":"x"`, `,"kid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"`,
			`,"kid":"1' OR '1'='1"`, `,"kid":"SECRET_KEY"`,
		} {
			wantRefused(t, s, forgePair(t, method, key, `{"alg":"`+algorithm+`"`+kid+`}`, trackedPayload))
		}
		for _, good := range []string{`{"kid":"` + id + `","alg":"` + algorithm + `"}`, `{"k\u0069d":"` + id + `","typ":"JWT","alg":"` + algorithm + `"}`} {
			wantClaims(t, s, forgePair(t, method, key, good, trackedPayload), trackedClaims())
		}
	}
}

func TestRead_NeverTakesAKeyFromTheToken(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		s, thief := newRing(t, algorithm).opened(), private(t, algorithm)
		jwk, err := json.Marshal(jose.JSONWebKey{Key: thief.Public(), KeyID: only(t, s), Algorithm: algorithm})
		if err != nil {
			t.Fatal(err)
		}
		thumbprint, err := (&jose.JSONWebKey{Key: thief.Public()}).Thumbprint(crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		for _, kid := range []string{only(t, s), encode(thumbprint)} {
			for _, member := range []string{
				`"jwk":` + string(jwk), `"jku":"https://thief.example/jwks.json"`, `"x5u":"https://thief.example/key.pem"`, `"x5c":["AA"]`,
			} {
				header := `{"alg":"` + algorithm + `","kid":"` + kid + `",` + member + `}`
				wantRefused(t, s, forgePair(t, jwt.GetSigningMethod(algorithm), thief, header, trackedPayload))
			}
		}
	}
}

func TestRead_TakesTokensWithoutASessionOfASecretOnly(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		r, key := emptyRing(t, algorithm), private(t, algorithm)
		r.keep("key.pem", key)
		s := r.opened()
		header := `{"alg":"` + algorithm + `","kid":"` + only(t, s) + `"}`
		wantClaims(t, s, forgePair(t, jwt.GetSigningMethod(algorithm), key, header, trackedPayload), trackedClaims())
		wantRefused(t, s, forgePair(t, jwt.GetSigningMethod(algorithm), key, header, goodPayload))
	}
}

func TestRead_TakesSignaturesOfTheOneFormOnly(t *testing.T) {
	r, key := emptyRing(t, domain.ES256), ecKey(t, elliptic.P256())
	r.keep("key.pem", key)
	s := r.opened()
	text := encode([]byte(`{"alg":"ES256","kid":"`+only(t, s)+`"}`)) + "." + encode([]byte(trackedPayload))
	hash := sha256.Sum256([]byte(text))
	der, err := ecdsa.SignASN1(rand.Reader, key, hash[:])
	if err != nil {
		t.Fatal(err)
	}
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		t.Fatal(err)
	}
	pair := func(width int) []byte {
		return append(sig.R.FillBytes(make([]byte, width)), sig.S.FillBytes(make([]byte, width))...)
	}
	wantClaims(t, s, text+"."+encode(pair(32)), trackedClaims())
	for _, bad := range [][]byte{der, pair(33), pair(48), append(pair(32), 0), append([]byte{0}, pair(32)...), pair(32)[:63], pair(32)[1:], {}} {
		wantRefused(t, s, text+"."+encode(bad))
	}
	for _, algorithm := range []string{domain.EdDSA, domain.RS256} {
		s := newRing(t, algorithm).opened()
		parts := strings.Split(signedBy(t, s), ".")
		signature := made64(t, parts[2])
		for _, bad := range [][]byte{append(signature, 0), append([]byte{0}, signature...), signature[1:], signature[:len(signature)-1], append(signature, signature...)} {
			wantRefused(t, s, parts[0]+"."+parts[1]+"."+encode(bad))
		}
	}
}
