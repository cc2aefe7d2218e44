package model

import (
	"slices"
	"strings"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	lifetime = 30 * time.Minute
	maxAge   = 45 * time.Minute
	grace    = 10 * time.Second
	most     = 2
	// margin is how long after its last token expired a session must still be there.
	margin = time.Minute
)

// account is a user as the model sees one. Removed and added again, it is another user with the same address.
type account struct {
	id, email, password string
	enabled, gone       bool
	// cut is the instant before which no untracked token of the user counts.
	cut time.Time
}

// token is one that a session issued, or was made for.
type token struct {
	raw     string
	id      domain.TokenID
	issued  time.Time
	expires time.Time
}

// session is a list of tokens, of which the last is current.
type session struct {
	id         string
	of         *account
	began      time.Time
	ends       time.Time
	tokens     []token
	replacedAt time.Time
	revoked    bool
	pruned     bool
	// untracked says that the first token is the original's, of generation 0.
	untracked bool
}

func (s *session) current() token { return s.tokens[len(s.tokens)-1] }

func (s *session) nextGeneration() int {
	if s.untracked {
		return len(s.tokens)
	}
	return len(s.tokens) + 1
}

func (s *session) live(at time.Time) bool {
	return !s.revoked && at.Before(s.ends) && at.Before(s.current().expires)
}

// lastExpiry returns when the last token of the session that can be valid expires.
func (s *session) lastExpiry() time.Time {
	return slices.MaxFunc(s.tokens, func(a, b token) int { return a.expires.Compare(b.expires) }).expires
}

// what the model says of a presented token.
type answer int

const (
	aNewToken answer = iota
	theCurrentToken
	expired
	unknown
	ended
	reused
)

// refresh is the table of rotation. i is which token of the session is presented, or -1 for one that it never issued.
func (s *session) refresh(i int, expires, at time.Time) answer {
	found := s.look(i, expires, at)
	s.revoked = s.revoked || found == reused
	return found
}

// look is what the token is to its session.
func (s *session) look(i int, expires, at time.Time) answer {
	newest := len(s.tokens) - 1
	switch {
	case !at.Before(expires):
		return expired
	case s.pruned:
		return unknown
	case s.revoked || !at.Before(s.ends) || !s.of.enabled || s.of.gone:
		return ended
	case !at.Before(s.current().expires):
		return expired
	case i == newest:
		return aNewToken
	case i >= 0 && i == newest-1 && at.Before(s.replacedAt.Add(grace)):
		return theCurrentToken
	default:
		return reused
	}
}

// world is everything that the model remembers.
type world struct {
	accounts []*account
	sessions []*session
	// addressCut is the instant before which no untracked token for an address counts.
	addressCut map[string]time.Time
}

// liveOf returns the live sessions of a user, newest first.
func (w *world) liveOf(a *account, at time.Time) []*session {
	var live []*session
	for _, s := range w.sessions {
		if s.of == a && s.live(at) {
			live = append(live, s)
		}
	}
	slices.SortFunc(live, func(a, b *session) int { return b.began.Compare(a.began) })
	return live
}

// begin adds a session, and ends the oldest live ones of its user if that makes too many.
func (w *world) begin(s *session) {
	live := w.liveOf(s.of, s.began)
	for _, old := range live[min(most-1, len(live)):] {
		old.revoked = true
	}
	w.sessions = append(w.sessions, s)
}

// revokeAll ends every session of a user and returns how many were live.
func (w *world) revokeAll(a *account, at time.Time) int {
	n := len(w.liveOf(a, at))
	for _, s := range w.sessions {
		if s.of == a {
			s.revoked = true
		}
	}
	return n
}

func (w *world) cutAddress(email string, at time.Time) {
	w.addressCut[email] = later(w.addressCut[email], at)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// named returns the user with the address, or nil.
func (w *world) named(email string) *account {
	for _, a := range w.accounts {
		if !a.gone && strings.EqualFold(a.email, email) {
			return a
		}
	}
	return nil
}
