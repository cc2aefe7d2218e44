package e2e

import (
	"crypto/elliptic"
	"encoding/base64"
	"math/big"
	"net/http"
	"strings"
	"testing"
)

// flipped writes the signature of an ES256 token in its other form: (r, n-s) verifies wherever (r, s) does.
func flipped(t *testing.T, token string) string {
	t.Helper()
	at := strings.LastIndexByte(token, '.') + 1
	signature, err := base64.RawURLEncoding.DecodeString(token[at:])
	if err != nil || len(signature) != 64 {
		t.Fatalf("the signature of %s has %d bytes, %v", token, len(signature), err)
	}
	s := new(big.Int).Sub(elliptic.P256().Params().N, new(big.Int).SetBytes(signature[32:]))
	return token[:at] + base64.RawURLEncoding.EncodeToString(append(signature[:32], s.FillBytes(make([]byte, 32))...))
}

func TestAttack_AFlippedSignatureMakesNoSecondToken(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := signsWith(t, "ES256", database, aClient)
		first := s.loggedIn()
		second := s.refreshed(flipped(t, first))
		if claimsOf(t, s.refreshed(first)).payload != claimsOf(t, second).payload {
			t.Error("the two spellings of one token were traded for two tokens")
		}
		third := s.refreshed(second)
		s.refuses(flipped(t, first))
		s.records("token_reused", 1)
		s.refuses(third)
		s.refuses(flipped(t, third))

		other := s.loggedIn()
		s.call(http.MethodPost, "/auth/revoke", flipped(t, other), "token="+flipped(t, other), form).isEmpty(t, http.StatusOK)
		s.isInactive(other)
	})
}
