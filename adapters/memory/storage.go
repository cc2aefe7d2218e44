// Package memory keeps users, sessions, attempts and events in maps. It passes the same contracts as the databases, which makes it the
// trusted fake of every test above the stores. Nothing outlives the process, so it is not on the menu of stores.
package memory

import (
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Storage is what the stores of this package share. The zero Storage is not usable: see New.
type Storage struct {
	mu       sync.Mutex
	turn     sync.Mutex
	users    map[string]domain.User
	sessions map[string]domain.Session
	// cutoffs holds, for a user, an address or everybody, the instant before which no untracked token counts.
	cutoffs map[cutoff]time.Time
	// attempts holds tallies by what they are of: an account, an address, or both.
	attempts map[domain.Attempt]kept
	events   map[string]domain.Event
}

// cutoff names whose untracked tokens are meant; the zero cutoff is everybody.
type cutoff struct{ userID, foldedEmail string }

// New returns an empty storage.
func New() *Storage {
	return &Storage{
		users:    make(map[string]domain.User),
		sessions: make(map[string]domain.Session),
		cutoffs:  make(map[cutoff]time.Time),
		attempts: make(map[domain.Attempt]kept),
		events:   make(map[string]domain.Event),
	}
}

func (s *Storage) locked() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *Storage) state(session domain.Session) domain.SessionState {
	user := s.users[session.UserID]
	return domain.SessionState{Session: session, Email: user.Email, UserEnabled: user.Enabled}
}

func (s *Storage) cut(c cutoff, at time.Time) {
	if s.cutoffs[c].Before(at) {
		s.cutoffs[c] = at
	}
}

// revoke ends the sessions that match and returns how many of them were live.
func (s *Storage) revoke(match func(domain.Session) bool, reason domain.Reason, at time.Time) int {
	live := 0
	for id, session := range s.sessions {
		if !match(session) || !session.RevokedAt.IsZero() {
			continue
		}
		if session.Live(at) {
			live++
		}
		session.RevokedAt, session.RevokedFor = at, reason
		s.sessions[id] = session
	}
	return live
}

// ofUser matches the user's sessions but the one named by except.
func ofUser(id, except string) func(domain.Session) bool {
	return func(s domain.Session) bool { return s.UserID == id && s.ID != except }
}
