package domain

import (
	"slices"
	"time"
)

// The algorithms that tokens are signed with, by their names in RFC 7518 and RFC 8037. HS256 has a secret that signs and
// verifies, the others have a private key and a public one.
const (
	HS256 = "HS256"
	EdDSA = "EdDSA"
	ES256 = "ES256"
	RS256 = "RS256"
)

// KeyLead is how long before it begins to sign a key is made where others are in use: every replica has read it and
// whoever keeps a copy of the published keys has fetched it by then.
const KeyLead = 10 * time.Minute

// Key is what the rules know of a key that tokens are signed with: no key material. A key belongs to one algorithm.
type Key struct {
	// ID is the key's thumbprint (RFC 7638), which tokens name as kid. An HMAC secret has the name of its variable.
	ID        string
	Algorithm string
	// Begins is the instant at which the key begins to sign. The zero instant has always begun.
	Begins time.Time
	// Seen is when a running program found the key, zero for a key that was there at the start.
	Seen time.Time
	// VerifiesOnly says that the key never signs.
	VerifiesOnly bool
	// Weak says that the key is shorter than new ones are made.
	Weak bool
}

// MadeKey is a new key.
type MadeKey struct {
	Key
	// Text is the private key in PEM, without a line break at its end.
	Text Secret
}

// KeyUse says what a key does at an instant.
type KeyUse string

// What a key does. A key that begins later verifies already, since another replica's clock may be ahead.
const (
	KeySigns      KeyUse = "signs"
	KeyVerifies   KeyUse = "verifies"
	KeyBeginsSoon KeyUse = "begins later"
	KeyNotNeeded  KeyUse = "not needed any more"
)

// KeyState is a key and what it does.
type KeyState struct {
	Key
	Use KeyUse
}

// SigningKey returns the place among keys of the one that signs a token issued at `issued`, or -1 if there is none: the
// newest of the algorithm that had begun, or the oldest if none had. It depends on the token, not on a clock, so that
// the same state signs to the same token before and after a key begins.
func SigningKey(keys []Key, algorithm string, issued time.Time) int {
	best := -1
	for i := range keys {
		if keys[i].Algorithm != algorithm || keys[i].VerifiesOnly {
			continue
		}
		if best < 0 || signsBefore(&keys[i], &keys[best], issued) {
			best = i
		}
	}
	return best
}

// signsBefore reports whether a, and not b, signs what is issued at `issued`.
func signsBefore(a, b *Key, issued time.Time) bool {
	begun := !a.Begins.After(issued)
	switch {
	case begun != !b.Begins.After(issued):
		return begun
	case a.Begins.Equal(b.Begins):
		return a.ID > b.ID
	default:
		return a.Begins.After(b.Begins) == begun
	}
}

// KeyNeededUntil returns the instant from which on no token that keys[i] signed can be valid any more, or the zero time
// if there is none yet. A key signs its last token when the next key of its algorithm begins, or is seen if it was put
// there too late. A key without a successor is never done: a replica with another configuration may still use it.
func (p Policy) KeyNeededUntil(keys []Key, i int) time.Time {
	var retired time.Time
	for j := range keys {
		next := &keys[j]
		if next.Algorithm != keys[i].Algorithm || next.VerifiesOnly || !next.Begins.After(keys[i].Begins) {
			continue
		}
		instant := next.Begins
		if next.Seen.After(instant) {
			instant = next.Seen
		}
		if retired.IsZero() || instant.Before(retired) {
			retired = instant
		}
	}
	if retired.IsZero() {
		return retired
	}
	return retired.Add(p.TokenLifetime + p.ClockLeeway + MaxIssuedAhead)
}

// KeyStates returns what each of the keys does at `at` where algorithm is the one to sign with.
func (p Policy) KeyStates(keys []Key, algorithm string, at time.Time) []KeyState {
	signs := SigningKey(keys, algorithm, at)
	states := make([]KeyState, len(keys))
	for i, k := range keys {
		states[i] = KeyState{Key: k, Use: KeyVerifies}
		until := p.KeyNeededUntil(keys, i)
		switch {
		case i == signs:
			states[i].Use = KeySigns
		case !until.IsZero() && !at.Before(until):
			states[i].Use = KeyNotNeeded
		case k.Begins.After(at):
			states[i].Use = KeyBeginsSoon
		}
	}
	return states
}

// NewKeyBegins returns when a key that is made at `at` beside others begins to sign, a whole second at which none of them
// does, so that there is no doubt which of two is the newer: at once if it is the first, since nobody could have waited
// for it.
func NewKeyBegins(others []Key, at time.Time) time.Time {
	begins := at.UTC().Truncate(time.Second)
	if len(others) > 0 {
		begins = begins.Add(KeyLead)
	}
	for slices.ContainsFunc(others, func(k Key) bool { return k.Begins.Equal(begins) }) {
		begins = begins.Add(time.Second)
	}
	return begins
}
