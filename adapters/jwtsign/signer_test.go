package jwtsign_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func TestSigner_KeepsTheContract(t *testing.T) {
	contract.TokenSigner(t, contract.TokenOptions{}, func(*testing.T) ports.TokenSigner {
		return jwtsign.New(domain.NewSecret(rand.Text()), nil)
	})
	for _, algorithm := range pairAlgorithms {
		t.Run(algorithm, func(t *testing.T) {
			contract.TokenSigner(t, contract.TokenOptions{KeyPairs: true}, func(t *testing.T) ports.TokenSigner {
				return newRing(t, algorithm).opened()
			})
		})
	}
}

func TestSign_WritesTheseBytes(t *testing.T) {
	c := trackedClaims()
	c.ExpiresAt = c.ExpiresAt.Add(999 * time.Millisecond)
	wantParts(t, c, `{"sub":"maria@email.com","exp":1772368200,"iat":1772366400,"jti":"7.AAECAwQFBgcICQoLDA0ODw",`+
		`"sid":"session","uid":"user"}`)
	c.Issuer, c.Audience, c.NotBefore = "i", []string{"a"}, c.IssuedAt
	wantParts(t, c, `{"iss":"i","sub":"maria@email.com","exp":1772368200,"nbf":1772366400,"iat":1772366400,`+
		`"jti":"7.AAECAwQFBgcICQoLDA0ODw","aud":"a","sid":"session","uid":"user"}`)
	c = goodClaims()
	c.Audience = []string{"a", "b"}
	wantParts(t, c, `{"sub":"maria@email.com","exp":1772368200,"aud":["a","b"]}`)
}

func wantParts(t *testing.T, c domain.Claims, payload string) {
	t.Helper()
	token, err := newSigner().Sign(c)
	if want := forge(goodHeader, payload); err != nil || token != want {
		parts := strings.Split(token+"..", ".")
		header, _ := base64.RawURLEncoding.DecodeString(parts[0])
		body, _ := base64.RawURLEncoding.DecodeString(parts[1])
		t.Errorf("Sign wrote %s and %s, %v, want %s and %s and their HMAC", header, body, err, goodHeader, payload)
	}
}

func TestSign_RefusesWhatReadWouldRefuse(t *testing.T) {
	for name, change := range map[string]func(*domain.Claims){
		"no sub":                 func(c *domain.Claims) { c.Subject = "" },
		"no exp":                 func(c *domain.Claims) { c.ExpiresAt = time.Time{} },
		"exp before 1970":        func(c *domain.Claims) { c.ExpiresAt = time.Unix(-1, 0) },
		"iat before 1970":        func(c *domain.Claims) { c.IssuedAt = time.Unix(0, -1) },
		"nbf after 9999":         func(c *domain.Claims) { c.NotBefore = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"sid without jti":        func(c *domain.Claims) { c.ID = "" },
		"sid without uid":        func(c *domain.Claims) { c.UserID = "" },
		"jti and uid but no sid": func(c *domain.Claims) { c.SessionID = "" },
		"a line in sub":          func(c *domain.Claims) { c.Subject += "\n" },
		"invalid UTF-8 in sub":   func(c *domain.Claims) { c.Subject += "\xff" },
		"NUL in iss":             func(c *domain.Claims) { c.Issuer = "\x00" },
		"an empty audience":      func(c *domain.Claims) { c.Audience = []string{"a", ""} },
		"invalid UTF-8 in aud":   func(c *domain.Claims) { c.Audience = []string{"\xff"} },
		"too long a token":       func(c *domain.Claims) { c.Subject = strings.Repeat("a", 3000) },
	} {
		c := trackedClaims()
		change(&c)
		if token, err := newSigner().Sign(c); err == nil || token != "" {
			t.Errorf("%s: Sign returned %q, %v, want an error", name, token, err)
		}
	}
}

func TestRead_TakesPreviousKeysAndNeverSignsWithThem(t *testing.T) {
	a, b, c := domain.NewSecret("first"), domain.NewSecret("second"), domain.NewSecret("third")
	rolled := jwtsign.New(c, []domain.Secret{a, b})
	for _, s := range []domain.Secret{a, b, c} {
		token, err := jwtsign.New(s, nil).Sign(trackedClaims())
		if err != nil {
			t.Fatal(err)
		}
		wantClaims(t, rolled, token, trackedClaims())
		wantRefused(t, jwtsign.New(domain.NewSecret("fourth"), nil), token)
	}
	token, err := rolled.Sign(trackedClaims())
	if err != nil {
		t.Fatal(err)
	}
	wantClaims(t, jwtsign.New(c, nil), token, trackedClaims())
	wantRefused(t, jwtsign.New(a, []domain.Secret{b}), token)
}

func TestSigner_NeverUsesAnEmptyKey(t *testing.T) {
	empty := domain.NewSecret("")
	signer := jwtsign.New(domain.Secret{}, []domain.Secret{empty})
	if token, err := signer.Sign(trackedClaims()); err == nil || token != "" {
		t.Errorf("Sign without a key returned %q, want an error", token)
	}
	wantRefused(t, signer, forgeWith(sha256.New, "", goodHeader, goodPayload))
	signer = jwtsign.New(empty, []domain.Secret{domain.NewSecret(secret)})
	if token, err := signer.Sign(trackedClaims()); err == nil || token != "" {
		t.Errorf("Sign with a previous key alone returned %q, want an error", token)
	}
	wantRefused(t, jwtsign.New(domain.NewSecret(secret), []domain.Secret{empty, {}}),
		forgeWith(sha256.New, "", goodHeader, goodPayload))
}

func TestSigner_PrintsNoKey(t *testing.T) {
	signer := jwtsign.New(domain.NewSecret("hush, a key"), []domain.Secret{domain.NewSecret("hush, another")})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		text := fmt.Sprintf(verb, signer)
		if strings.Contains(text, "hush") || strings.Contains(text, fmt.Sprintf("%x", "hush")) {
			t.Errorf("%s prints %q, want no key in it", verb, text)
		}
	}
}
