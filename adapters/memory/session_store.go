package memory

import (
	"context"
	"slices"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// SessionStore implements ports.SessionStore.
type SessionStore struct{ *Storage }

// NewSessionStore returns the sessions of a storage.
func NewSessionStore(s *Storage) SessionStore { return SessionStore{s} }

// Begin implements ports.SessionStore.
func (s SessionStore) Begin(_ context.Context, session domain.Session, verified domain.Secret, limit int,
) (domain.SessionState, error) {
	defer s.locked()()
	user, found := s.users[session.UserID]
	if !found || !user.Enabled || !user.PasswordHash.Equal(verified) {
		return domain.SessionState{}, domain.ErrUserChanged
	}
	s.add(session, limit)
	return s.state(session), nil
}

// TakeIn implements ports.SessionStore.
func (s SessionStore) TakeIn(_ context.Context, session domain.Session, email string, issued time.Time, limit int,
) error {
	defer s.locked()()
	if _, found := s.sessions[session.ID]; found {
		return nil
	}
	user, found := s.users[session.UserID]
	if !found || !user.Enabled || user.Email != email {
		return domain.ErrUserChanged
	}
	for _, c := range []cutoff{{}, {userID: user.ID}, {foldedEmail: domain.FoldEmail(email)}} {
		if issued.Before(s.cutoffs[c]) {
			return domain.ErrTokenOutdated
		}
	}
	s.add(session, limit)
	return nil
}

func (s SessionStore) add(session domain.Session, limit int) {
	var live []domain.Session
	for _, other := range s.sessions {
		if other.UserID == session.UserID && other.Live(session.CreatedAt) {
			live = append(live, other)
		}
	}
	slices.SortFunc(live, newestFirst)
	for _, old := range live[min(limit-1, len(live)):] {
		old.RevokedAt, old.RevokedFor = session.CreatedAt, domain.ReasonTooMany
		s.sessions[old.ID] = old
	}
	s.sessions[session.ID] = session
}

func newestFirst(a, b domain.Session) int { return b.CreatedAt.Compare(a.CreatedAt) }

// Rotate implements ports.SessionStore.
func (s SessionStore) Rotate(_ context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	defer s.locked()()
	session, found := s.sessions[r.SessionID]
	if !found {
		return domain.SessionState{}, false, domain.ErrSessionUnknown
	}
	state := s.state(session)
	if session.Current.ID != r.Presented || !state.Open(r.At) {
		return state, false, nil
	}
	state.Session = session.Rotated(r)
	s.sessions[r.SessionID] = state.Session
	return state, true, nil
}

// RestartGrace implements ports.SessionStore.
func (s SessionStore) RestartGrace(_ context.Context, id string, replaced domain.TokenID, at time.Time) error {
	defer s.locked()()
	session, found := s.sessions[id]
	if found && session.Replaced == replaced && session.ReplacedAt.Before(at) {
		session.ReplacedAt = at
		s.sessions[id] = session
	}
	return nil
}

// Find implements ports.SessionStore.
func (s SessionStore) Find(_ context.Context, id string) (domain.SessionState, error) {
	defer s.locked()()
	session, found := s.sessions[id]
	if !found {
		return domain.SessionState{}, domain.ErrSessionUnknown
	}
	return s.state(session), nil
}
