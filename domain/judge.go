package domain

import "time"

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
