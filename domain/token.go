package domain

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"time"
	"unicode/utf8"
)

// MaxTokenLength is the length of the longest token that is looked at, in bytes.
const MaxTokenLength = 4096

// MaxIssuedAhead is how far ahead of our clock a token's iat may be: replicas' clocks differ.
const MaxIssuedAhead = 60 * time.Second

// Claims is what a token says. An untracked token has no SessionID, UserID and ID.
type Claims struct {
	Subject   string
	SessionID string
	UserID    string
	ID        TokenID
	ExpiresAt time.Time
	// IssuedAt and NotBefore are zero when the token does not have them.
	IssuedAt  time.Time
	NotBefore time.Time
	Issuer    string
	Audience  []string
}

// WellFormed reports whether raw may be read as a token at all: its length and its alphabet, checked before anything
// is parsed.
func WellFormed(raw string) bool {
	if raw == "" || len(raw) > MaxTokenLength {
		return false
	}
	for i := range len(raw) {
		if !tokenBytes[raw[i]] {
			return false
		}
	}
	return true
}

// tokenBytes is the alphabet of tokens.
var tokenBytes = func() (all [256]bool) {
	for c := range 256 {
		all[c] = isBase64URL(byte(c)) || c == '.'
	}
	return all
}()

// Claims returns what the session's current token says: a pure function of the stored state, the user's address and
// the policy, so that signing it again gives the same token.
func (p Policy) Claims(s SessionState) Claims {
	c := Claims{
		Subject:   s.Email,
		SessionID: s.ID,
		UserID:    s.UserID,
		ID:        s.Current.ID,
		IssuedAt:  s.Current.IssuedAt,
		ExpiresAt: s.Current.ExpiresAt,
		Issuer:    p.Issuer,
	}
	if p.Audience != "" {
		c.Audience = []string{p.Audience}
	}
	return c
}

// Untracked reports whether the token names no session, as the original's do.
func (c Claims) Untracked() bool { return c.SessionID == "" }

// CheckClaims refuses a correctly signed token whose claims are not for here and now: ErrTokenExpired if its time is
// over, ErrUntrackedRefused if it has no session and such tokens are not taken in, ErrTokenInvalid otherwise. That its
// session is live is not checked.
func (p Policy) CheckClaims(c Claims, at time.Time) error {
	switch {
	case c.Subject == "" || !utf8.ValidString(c.Subject) || c.ExpiresAt.IsZero():
		return ErrTokenInvalid
	case !c.IssuedAt.IsZero() && c.IssuedAt.After(at.Add(MaxIssuedAhead)) && !p.mintedAhead(c):
		return ErrTokenInvalid
	case !c.NotBefore.IsZero() && c.NotBefore.After(at.Add(p.ClockLeeway)):
		return ErrTokenInvalid
	// RFC 7519 §4.1.3: an audience that does not name us must be refused, also where none is configured.
	case len(c.Audience) > 0 && (p.Audience == "" || !slices.Contains(c.Audience, p.Audience)):
		return ErrTokenInvalid
	case !at.Before(c.ExpiresAt.Add(p.ClockLeeway)):
		return ErrTokenExpired
	case c.Untracked():
		return p.checkUntracked(c)
	default:
		return p.checkTracked(c)
	}
}

// mintedAhead reports whether a token whose iat lies ahead is one that our own clock made, before it was put back: it has a
// session and lasts as long as tokens do. Whether it is any good is for the session to say, as ever.
func (p Policy) mintedAhead(c Claims) bool {
	return !c.Untracked() && c.ExpiresAt.Equal(c.IssuedAt.Add(p.TokenLifetime))
}

func (p Policy) checkUntracked(c Claims) error {
	if !p.Untracked.Accepts(c.ExpiresAt) {
		return ErrUntrackedRefused
	}
	return nil
}

func (p Policy) checkTracked(c Claims) error {
	switch {
	case !c.ID.Valid():
		return ErrTokenInvalid
	case p.Issuer != "" && c.Issuer != p.Issuer:
		return ErrTokenInvalid
	case p.Audience != "" && len(c.Audience) == 0:
		return ErrTokenInvalid
	default:
		return nil
	}
}

// UntrackedIssue returns the earliest instant at which an untracked token may have been issued: its expiry less the
// lifetime of a token, or its iat if that is earlier. An expiry further ahead than a lifetime was not given under the
// present configuration, so such a token may be of any age: the zero time.
func (p Policy) UntrackedIssue(c Claims, at time.Time) time.Time {
	issued := c.ExpiresAt.Add(-p.TokenLifetime)
	if issued.After(at.Add(MaxIssuedAhead)) {
		return time.Time{}
	}
	if !c.IssuedAt.IsZero() && c.IssuedAt.Before(issued) {
		return c.IssuedAt
	}
	return issued
}

// UntrackedSession returns the session that an untracked token is taken into, keyed by the token itself, so that
// presenting the token again finds the same session. The token is its current one, at generation 0.
func (p Policy) UntrackedSession(raw string, c Claims, userID string, client Client, at time.Time) Session {
	id, tokenID := UntrackedKey(raw)
	return Session{
		ID:         id,
		UserID:     userID,
		CreatedAt:  at,
		EndsAt:     p.SessionEnd(at),
		Client:     client,
		Current:    Token{ID: tokenID, IssuedAt: at.Truncate(time.Second), ExpiresAt: c.ExpiresAt},
		LastExpiry: c.ExpiresAt,
	}
}

// UntrackedKey derives from an untracked token the id of its session and its own id. Strict decoding gives a token
// one spelling only, so that no other text leads to the same session.
func UntrackedKey(raw string) (sessionID string, id TokenID) {
	sum := sha256.Sum256([]byte(raw))
	half := len(sum) / 2
	return hex.EncodeToString(sum[:half]),
		NewTokenID(0, base64.RawURLEncoding.EncodeToString(sum[half:]))
}
