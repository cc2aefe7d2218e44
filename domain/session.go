package domain

import (
	"strconv"
	"strings"
	"time"
)

// TokenID tells one token of a session from every other: its generation, a dot, and 128 random bits in base64url.
// It is the claim jti and all that a store keeps of a token.
type TokenID string

// MaxSessionIDLength bounds a session's id, in characters.
const MaxSessionIDLength = 64

// randomLength is the length of 128 bits in unpadded base64url.
const randomLength = 22

// NewTokenID joins a generation and its random part.
func NewTokenID(generation int64, random string) TokenID {
	return TokenID(strconv.FormatInt(generation, 10) + "." + random)
}

// Generation returns the token's place in its session, counted from 0, or -1 if the id is malformed.
func (id TokenID) Generation() int64 {
	number, random, _ := strings.Cut(string(id), ".")
	n, err := strconv.ParseUint(number, 10, 62)
	if err != nil || len(random) != randomLength || strconv.FormatUint(n, 10) != number {
		return -1
	}
	for _, c := range []byte(random) {
		if !isBase64URL(c) {
			return -1
		}
	}
	return int64(n)
}

// Valid reports whether the id has the form that NewTokenID gives.
func (id TokenID) Valid() bool { return id.Generation() >= 0 }

func isBase64URL(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// Token is what a session remembers of a token: enough to sign it again to the same claims. Times are whole seconds.
type Token struct {
	ID        TokenID
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// Session begins at a login and belongs to one user.
type Session struct {
	ID        string
	UserID    string
	CreatedAt time.Time
	// EndsAt is when the session ends however often it is refreshed: a whole second.
	EndsAt  time.Time
	Client  Client
	Current Token
	// Replaced is the token that Current replaced, "" before the first rotation.
	Replaced TokenID
	// ReplacedAt is when the grace of Replaced began: at the rotation, or later if its answer is known to be lost.
	ReplacedAt time.Time
	// LastExpiry is the latest instant at which any token the session ever issued expires.
	LastExpiry time.Time
	// RevokedAt is zero while the session is not revoked.
	RevokedAt  time.Time
	RevokedFor Reason
}

// SessionState is a session together with what its user is now.
type SessionState struct {
	Session
	// Email is the user's address now, "" if the user is gone.
	Email string
	// UserEnabled is false for a disabled and for a removed user.
	UserEnabled bool
}

// Rotation asks a store to make Next the current token of a session in place of Presented.
type Rotation struct {
	SessionID string
	Presented TokenID
	// Next is the new token. Its expiry is cut to the session's end by the store, which alone knows it.
	Next Token
	At   time.Time
}

// Completed returns the state of the session that r swapped. Of s, which a store read, it takes what r does not say; its
// times may be in any zone.
func (r Rotation) Completed(s SessionState) SessionState {
	s.ID, s.UserEnabled = r.SessionID, true
	s.CreatedAt, s.EndsAt, s.LastExpiry = s.CreatedAt.UTC(), s.EndsAt.UTC(), s.LastExpiry.UTC()
	s.Current = Token{ID: r.Next.ID, IssuedAt: r.Next.IssuedAt.UTC(), ExpiresAt: s.Current.ExpiresAt.UTC()}
	s.Replaced, s.ReplacedAt = r.Presented, r.At.UTC()
	return s
}

// FirstToken returns the token a session that begins at `at` hands out.
func (p Policy) FirstToken(random string, at, endsAt time.Time) Token {
	return p.token(1, random, at).endingBy(endsAt)
}

// Rotation returns what to ask a store for when presented is to be replaced at `at`.
func (p Policy) Rotation(sessionID string, presented TokenID, random string, at time.Time) Rotation {
	return Rotation{
		SessionID: sessionID,
		Presented: presented,
		Next:      p.token(presented.Generation()+1, random, at),
		At:        at,
	}
}

// SessionEnd returns when a session that begins at `at` ends: a whole second, so that a token can expire with it.
func (p Policy) SessionEnd(at time.Time) time.Time {
	return at.Add(p.SessionMaxAge).Truncate(time.Second)
}

func (p Policy) token(generation int64, random string, at time.Time) Token {
	issued := at.Truncate(time.Second)
	return Token{ID: NewTokenID(generation, random), IssuedAt: issued, ExpiresAt: issued.Add(p.TokenLifetime)}
}

func (t Token) endingBy(end time.Time) Token {
	if end.Before(t.ExpiresAt) {
		t.ExpiresAt = end
	}
	return t
}

// Rotated returns the session after r, whatever its state was before: r.Next is current and r.Presented is replaced.
func (s Session) Rotated(r Rotation) Session {
	s.Current = r.Next.endingBy(s.EndsAt)
	s.Replaced = r.Presented
	s.ReplacedAt = r.At
	if s.LastExpiry.Before(s.Current.ExpiresAt) {
		s.LastExpiry = s.Current.ExpiresAt
	}
	return s
}

// Open reports whether the session may still be rotated at `at`: it is not revoked, its end has not come, and its
// user is there and enabled. That its current token has not expired is for Judge to say.
func (s SessionState) Open(at time.Time) bool {
	return s.RevokedAt.IsZero() && at.Before(s.EndsAt) && s.UserEnabled
}

// Live reports whether the session counts as one: it is not revoked, its end has not come and its current token has
// not expired.
func (s Session) Live(at time.Time) bool {
	return s.RevokedAt.IsZero() && at.Before(s.EndsAt) && at.Before(s.Current.ExpiresAt)
}

// Verdict says what a presented token is to its session.
type Verdict int

// The verdicts, in the order in which they are looked for.
const (
	// Ended: the session was revoked, its end has come, or its user is disabled or gone.
	Ended Verdict = iota + 1
	// Expired: the session's current token has expired, and the session with it.
	Expired
	// Current: the token is the session's current one.
	Current
	// Replayed: the token is the one just replaced, within its grace.
	Replayed
	// Reused: any other token of the session.
	Reused
)

// Judge says what presented is to the session at `at`. It is the one rule of rotation: a store only swaps.
//
// unanswered is the instant at which the same token was first presented without getting an answer because the store
// gave none, or zero. Such a token is judged as of then: a client that was told to come back later is not a thief,
// however long the outage took.
func (p Policy) Judge(s SessionState, presented TokenID, at, unanswered time.Time) Verdict {
	switch {
	case !s.Open(at):
		return Ended
	case !at.Before(s.Current.ExpiresAt.Add(p.ClockLeeway)):
		return Expired
	case presented == s.Current.ID:
		return Current
	case presented == s.Replaced && p.inGrace(s.ReplacedAt, at, unanswered):
		return Replayed
	default:
		return Reused
	}
}

// inGrace replays nothing where the grace is 0, not even to a caller who came before the one that won and waited longer.
func (p Policy) inGrace(replacedAt, at, unanswered time.Time) bool {
	end := replacedAt.Add(p.RefreshGrace)
	if unanswered.IsZero() {
		return p.RefreshGrace > 0 && at.Before(end)
	}
	return !replacedAt.Before(unanswered) || unanswered.Before(end)
}

// ReuseKind says how a reused token relates to its session, for whoever reads the event.
func (s Session) ReuseKind(presented TokenID) Reason {
	switch {
	case presented == s.Replaced:
		return ReasonReuseRecent
	case presented.Generation() < s.Current.ID.Generation():
		return ReasonReuseStale
	default:
		return ReasonReuseOrphaned
	}
}
