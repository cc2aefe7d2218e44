package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// SessionRegister implements ports.SessionRegister.
type SessionRegister struct{ *Storage }

// NewSessionRegister returns the sessions of a storage.
func NewSessionRegister(s *Storage) SessionRegister { return SessionRegister{s} }

// List implements ports.SessionRegister.
func (s SessionRegister) List(_ context.Context, userID string, at time.Time) ([]domain.Session, error) {
	defer s.locked()()
	var live []domain.Session
	for _, session := range s.sessions {
		if session.UserID == userID && session.Live(at) {
			live = append(live, session)
		}
	}
	slices.SortFunc(live, newestFirst)
	return live, nil
}

// Revoke implements ports.SessionRegister.
func (s SessionRegister) Revoke(_ context.Context, id string, reason domain.Reason, at time.Time) (bool, error) {
	defer s.locked()()
	session, found := s.sessions[id]
	switch {
	case !found:
		return false, domain.ErrSessionUnknown
	case !session.RevokedAt.IsZero():
		return false, nil
	}
	session.RevokedAt, session.RevokedFor = at, reason
	s.sessions[id] = session
	return true, nil
}

// RevokeUser implements ports.SessionRegister.
func (s SessionRegister) RevokeUser(_ context.Context, userID, except string, reason domain.Reason, at time.Time,
) (int, error) {
	defer s.locked()()
	s.cut(cutoff{userID: userID}, at)
	return s.revoke(ofUser(userID, except), reason, at), nil
}

// RevokeAll implements ports.SessionRegister.
func (s SessionRegister) RevokeAll(_ context.Context, reason domain.Reason, at time.Time, after string, limit int,
) (string, int, error) {
	defer s.locked()()
	s.cut(cutoff{}, at)
	last := ""
	page := make(map[string]bool)
	for _, session := range s.page(after, limit) {
		last, page[session.ID] = session.ID, true
	}
	return last, s.revoke(func(s domain.Session) bool { return page[s.ID] }, reason, at), nil
}

// Prune implements ports.SessionRegister.
func (s SessionRegister) Prune(_ context.Context, before time.Time, after string, limit int) (string, int, error) {
	defer s.locked()()
	last, deleted := "", 0
	for _, session := range s.page(after, limit) {
		last = session.ID
		if session.LastExpiry.Before(before) {
			delete(s.sessions, session.ID)
			deleted++
		}
	}
	return last, deleted, nil
}

// page returns up to limit sessions whose ids follow after, in the order of their ids.
func (s *Storage) page(after string, limit int) []domain.Session {
	var page []domain.Session
	for _, session := range s.sessions {
		if session.ID > after {
			page = append(page, session)
		}
	}
	slices.SortFunc(page, func(a, b domain.Session) int { return cmp.Compare(a.ID, b.ID) })
	return page[:min(limit, len(page))]
}
