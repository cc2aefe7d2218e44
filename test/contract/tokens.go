package contract

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// TokenSigner checks the promises of ports.TokenSigner as far as they show without the keys: which headers and claims
// Read refuses although a key of ours signed them is for the adapter's own tests. Each call of open returns a signer
// with keys of its own, so that what one signs is a stranger's token to the other.
func TokenSigner(t *testing.T, opts TokenOptions, open func(*testing.T) ports.TokenSigner) {
	t.Run("Read returns what Sign was told", func(t *testing.T) { tokensRoundTrip(t, open(t)) })
	t.Run("without a session only an HMAC key signs", func(t *testing.T) { untrackedTokens(t, opts, open(t)) })
	t.Run("Read does not judge what the claims mean now", func(t *testing.T) { tokensAreNotJudged(t, open(t)) })
	t.Run("a change of any character is refused", func(t *testing.T) { tokensCannotBeChanged(t, open(t)) })
	t.Run("parts of two tokens make no token", func(t *testing.T) { tokensCannotBeMixed(t, open(t)) })
	t.Run("a stranger's token is refused", func(t *testing.T) {
		wantRefused(t, open(t), signed(t, open(t), trackedClaims()))
	})
	t.Run("what is no token is refused", func(t *testing.T) { notTokens(t, open(t)) })
	t.Run("a token always has exp and sub", func(t *testing.T) { tokensAreComplete(t, open(t)) })
}

// TokenOptions say in what an adapter may differ.
type TokenOptions struct {
	// KeyPairs says that no HMAC key signs, so that there are no tokens without a session.
	KeyPairs bool
}

func trackedClaims() domain.Claims {
	return domain.Claims{
		Subject:   "maria@email.com",
		SessionID: "0198c6f2-5a41-7cc1-9d3e-2f6f1a7b8c9d",
		UserID:    "42",
		ID:        "7.AAECAwQFBgcICQoLDA0ODw",
		IssuedAt:  time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		ExpiresAt: time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC),
	}
}

func tokensRoundTrip(t *testing.T, signer ports.TokenSigner) {
	changes := map[string]func(*domain.Claims){
		"a session's token":           func(*domain.Claims) {},
		"an address in other letters": func(c *domain.Claims) { c.Subject = "josé+ação@примеры.例え" },
		"an address beyond the BMP":   func(c *domain.Claims) { c.Subject = "😀\ufffd@email.com" },
		"characters JSON escapes":     func(c *domain.Claims) { c.Subject = `"<a&b>\ud800/\u2028` + "\u2028@email.com" },
		"the longest address":         func(c *domain.Claims) { c.Subject = strings.Repeat("é", domain.MaxEmailLength-2) + "@e" },
		"an issuer and an audience":   func(c *domain.Claims) { c.Issuer, c.Audience = "https://a.example", []string{"b"} },
		"two audiences":               func(c *domain.Claims) { c.Audience = []string{"b", "a"} },
		"a time before which not":     func(c *domain.Claims) { c.NotBefore = c.IssuedAt.Add(time.Minute) },
		"the first second":            func(c *domain.Claims) { c.IssuedAt = time.Unix(0, 0).UTC() },
		"the last second":             func(c *domain.Claims) { c.ExpiresAt = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) },
	}
	for name, change := range changes {
		c := trackedClaims()
		change(&c)
		token := signed(t, signer, c)
		if !domain.WellFormed(token) {
			t.Errorf("%s: the token is %q, want at most %d bytes of [A-Za-z0-9_.-]", name, token, domain.MaxTokenLength)
		}
		wantClaims(t, signer, token, c)
		wantClaims(t, signer, signed(t, signer, c), c)
	}
}

func untrackedTokens(t *testing.T, opts TokenOptions, signer ports.TokenSigner) {
	old := domain.Claims{Subject: "maria@email.com", ExpiresAt: time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)}
	dated := old
	dated.IssuedAt = old.ExpiresAt.Add(-time.Hour)
	for _, c := range []domain.Claims{old, dated} {
		if !opts.KeyPairs {
			wantClaims(t, signer, signed(t, signer, c), c)
		} else if token, err := signer.Sign(c); err == nil {
			t.Errorf("Sign(%+v) returned %s, want an error: Read would refuse it", c, token)
		}
	}
}

func tokensAreNotJudged(t *testing.T, signer ports.TokenSigner) {
	late := trackedClaims()
	late.IssuedAt, late.ExpiresAt = time.Unix(1, 0).UTC(), time.Unix(2, 0).UTC()
	early := trackedClaims()
	early.IssuedAt = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
	early.NotBefore, early.ExpiresAt = early.IssuedAt, early.IssuedAt
	for _, c := range []domain.Claims{late, early} {
		c.Issuer, c.Audience, c.ID = "https://elsewhere.example", []string{"somebody else"}, "no generation"
		wantClaims(t, signer, signed(t, signer, c), c)
	}
}

func tokensCannotBeChanged(t *testing.T, signer ports.TokenSigner) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	token := signed(t, signer, trackedClaims())
	for i := range len(token) {
		// One character for each of the six bits that this one stands for, and some that stand for none.
		others := []byte(".=+/ \n\x00")
		for bit, digit := 1, strings.IndexByte(alphabet, token[i]); digit >= 0 && bit < len(alphabet); bit *= 2 {
			others = append(others, alphabet[digit^bit])
		}
		for _, c := range others {
			if c != token[i] {
				wantRefused(t, signer, token[:i]+string(c)+token[i+1:])
			}
		}
		wantRefused(t, signer, token[:i])
		wantRefused(t, signer, token[i+1:])
		wantRefused(t, signer, token[:i]+token[i+1:])
		wantRefused(t, signer, token[:i]+"\n"+token[i:])
		wantRefused(t, signer, token[:i]+"="+token[i:])
	}
}

func tokensCannotBeMixed(t *testing.T, signer ports.TokenSigner) {
	other := trackedClaims()
	other.Subject, other.UserID = "admin@email.com", "1"
	a := strings.Split(signed(t, signer, trackedClaims()), ".")
	b := strings.Split(signed(t, signer, other), ".")
	if len(a) != 3 || len(b) != 3 {
		t.Fatalf("tokens have %d and %d parts, want 3", len(a), len(b))
	}
	for _, parts := range [][]string{
		{a[0], b[1], a[2]}, {a[0], a[1], b[2]}, {a[1], a[0], a[2]}, {a[0], a[2], a[1]}, {a[0], a[1]}, {a[1], a[2]},
		{a[0], a[1], ""}, {a[0], "", a[2]}, {"", a[1], a[2]}, {a[0], a[1], a[2], ""}, {"", a[0], a[1], a[2]},
		{a[0], a[1], a[2], a[2]}, {a[0], a[1], a[2], "", b[2]}, {a[0], a[1], a[2], b[0], b[1], b[2]},
	} {
		wantRefused(t, signer, strings.Join(parts, "."))
	}
}

func notTokens(t *testing.T, signer ports.TokenSigner) {
	token := signed(t, signer, trackedClaims())
	for _, raw := range []string{
		"", ".", "..", "...", "abc", "a.b.c", "e30.e30.", "e30.e30.e30", " ", "\x00", "\xff", "é.é.é", "null", "{}",
		token + "=", token + "==", token + " ", " " + token, token + "\n", "Bearer " + token, `"` + token + `"`,
		token + ",", token + "," + token, token + " " + token, token + "\x00", strings.ToUpper(token),
		strings.ToLower(token), strings.Repeat(".", domain.MaxTokenLength), strings.Repeat("A", domain.MaxTokenLength),
		token + strings.Repeat("A", domain.MaxTokenLength), strings.Repeat(token+".", 10_000),
	} {
		wantRefused(t, signer, raw)
	}
	wantClaims(t, signer, token, trackedClaims())
}

// tokensAreComplete leaves it to the adapter which method refuses.
func tokensAreComplete(t *testing.T, signer ports.TokenSigner) {
	noSubject, noExpiry := trackedClaims(), trackedClaims()
	noSubject.Subject, noExpiry.ExpiresAt = "", time.Time{}
	for _, c := range []domain.Claims{noSubject, noExpiry} {
		if token, err := signer.Sign(c); err == nil {
			wantRefused(t, signer, token)
		}
	}
}

func signed(t *testing.T, signer ports.TokenSigner, c domain.Claims) string {
	t.Helper()
	token, err := signer.Sign(c)
	if err != nil {
		t.Fatalf("Sign(%+v) returned the error %v, want a token", c, err)
	}
	return token
}

func wantClaims(t *testing.T, signer ports.TokenSigner, token string, want domain.Claims) {
	t.Helper()
	if got, err := signer.Read(token); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Read returned %+v, %v, want %+v", got, err, want)
	}
}

func wantRefused(t *testing.T, signer ports.TokenSigner, raw string) {
	t.Helper()
	got, err := signer.Read(raw)
	if !errors.Is(err, domain.ErrTokenInvalid) || !reflect.DeepEqual(got, domain.Claims{}) {
		t.Fatalf("Read(%.200q) returned %+v, %v, want no claims and domain.ErrTokenInvalid", raw, got, err)
	}
}
