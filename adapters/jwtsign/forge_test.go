package jwtsign_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"reflect"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// The secret and its signer for tests that write tokens by hand: what is refused there is well signed.
const secret = "a secret of at least thirty-two bytes"

const (
	goodHeader  = `{"alg":"HS256","typ":"JWT"}`
	goodPayload = `{"sub":"maria@email.com","exp":1772368200}`
)

func newSigner() *jwtsign.Signer { return jwtsign.New(domain.NewSecret(secret), nil) }

func encode(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

// forge signs header and payload as they are.
func forge(header, payload string) string { return forgeWith(sha256.New, secret, header, payload) }

func forgeWith(h func() hash.Hash, secret, header, payload string) string {
	text := encode([]byte(header)) + "." + encode([]byte(payload))
	mac := hmac.New(h, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}

func goodClaims() domain.Claims {
	return domain.Claims{Subject: "maria@email.com", ExpiresAt: time.Unix(1772368200, 0).UTC()}
}

func trackedClaims() domain.Claims {
	c := goodClaims()
	c.SessionID, c.UserID, c.ID = "session", "user", "7.AAECAwQFBgcICQoLDA0ODw"
	c.IssuedAt = c.ExpiresAt.Add(-30 * time.Minute)
	return c
}

func wantClaims(t testing.TB, signer *jwtsign.Signer, raw string, want domain.Claims) {
	t.Helper()
	if got, err := signer.Read(raw); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Read returned %+v, %v, want %+v", got, err, want)
	}
}

func wantRefused(t testing.TB, signer *jwtsign.Signer, raw string) {
	t.Helper()
	got, err := signer.Read(raw)
	if !errors.Is(err, domain.ErrTokenInvalid) || !reflect.DeepEqual(got, domain.Claims{}) {
		t.Errorf("Read returned %+v, %v, want no claims and domain.ErrTokenInvalid", got, err)
	}
}
