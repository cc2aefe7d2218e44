package jwtsign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// A coordinate begins with a zero now and then, in one key of 128: the test goes on until it has met a few.
func TestJWK_IsWrittenAsAnotherImplementationWritesIt(t *testing.T) {
	for short := 0; short < 3; {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		j, err := jwkOf(private.Public())
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(jose.JSONWebKey{Key: private.Public()})
		if err != nil {
			t.Fatal(err)
		}
		thumbprint, err := (&jose.JSONWebKey{Key: private.Public()}).Thumbprint(crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(mustJSON(j)); got != string(want) || j.thumbprint() != encode(thumbprint) {
			t.Fatalf("%s, called %s, want %s, called %s", got, j.thumbprint(), want, encode(thumbprint))
		}
		if made64(t, j.X)[0] == 0 || made64(t, j.Y)[0] == 0 {
			short++
		}
	}
}

func made64(t *testing.T, text string) []byte {
	t.Helper()
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// The key and its thumbprint are those of RFC 7638, section 3.1.
func TestJWK_IsNamedAsRFC7638Says(t *testing.T) {
	const modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3okn" +
		"jhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5h" +
		"ajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
	j, err := jwkOf(&rsa.PublicKey{N: new(big.Int).SetBytes(made64(t, modulus)), E: 65537})
	if err != nil || j.N != modulus || j.E != "AQAB" || j.thumbprint() != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" {
		t.Errorf("%+v is called %s (%v)", j, j.thumbprint(), err)
	}
	j.Use, j.Kid, j.Alg = "sig", "a", "RS256"
	if j.thumbprint() != "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" {
		t.Errorf("what the key is for changes its name to %s", j.thumbprint())
	}
}

func TestJWK_NothingButAPublicKeyIsOne(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []any{nil, []byte("secret"), private, "a"} {
		if j, err := jwkOf(other); err == nil {
			t.Errorf("%T is published as %+v", other, j)
		}
	}
}
