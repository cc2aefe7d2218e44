package domain

import "time"

// MaxSessionIDLength bounds a session's id, in characters.
const MaxSessionIDLength = 64

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
