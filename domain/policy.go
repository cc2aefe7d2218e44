package domain

import "time"

// Policy is what an operator decides about sessions and tokens.
type Policy struct {
	// TokenLifetime is how long a token may be presented. It is also how long a session may idle.
	TokenLifetime time.Duration
	// SessionMaxAge is how long after its login a session ends, however often it is refreshed.
	SessionMaxAge time.Duration
	// RefreshGrace is how long after its replacement the token just replaced may still be presented.
	RefreshGrace time.Duration
	// ClockLeeway is the tolerance on exp and nbf.
	ClockLeeway time.Duration
	// MaxSessions is how many live sessions a user may have: a login that would pass it ends the oldest.
	MaxSessions int
	// RevokeReused says whether a reused token ends its session, or is only refused.
	RevokeReused bool
	// RefreshLimit is how many refreshes of one session a replica answers in a minute, 0 for any number.
	RefreshLimit int
	// EventsMaxAge is how long security events are kept.
	EventsMaxAge time.Duration
	// Untracked says which tokens without a session are taken in.
	Untracked UntrackedPolicy
	// Issuer and Audience, when not empty, are put into every token and required of every token with a session.
	Issuer   string
	Audience string
}

// UntrackedPolicy says which tokens without a session are taken in: none, all, or all that expire by Until.
type UntrackedPolicy struct {
	Accept bool
	// Until, unless zero, is the instant that the token's expiry may not be after.
	Until time.Time
}

// Accepts reports whether an untracked token that expires at expiry may be taken in.
func (p UntrackedPolicy) Accepts(expiry time.Time) bool {
	return p.Accept && (p.Until.IsZero() || !expiry.After(p.Until))
}

// PruneBefore returns the instant before which a session's every token must have expired for the session to be
// deleted: no clock that may differ from ours by the leeway takes such a token any more.
func (p Policy) PruneBefore(at time.Time) time.Time {
	return at.Add(-max(p.ClockLeeway, MaxIssuedAhead))
}
