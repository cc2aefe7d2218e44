package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// UserStore implements ports.UserStore.
type UserStore struct{ *Storage }

// NewUserStore returns the users of a storage.
func NewUserStore(s *Storage) UserStore { return UserStore{s} }

// FindByEmail implements ports.UserStore.
func (s UserStore) FindByEmail(_ context.Context, email string) (domain.User, error) {
	defer s.locked()()
	return domain.PickByEmail(s.withEmail(email), email)
}

// Find implements ports.UserStore.
func (s UserStore) Find(_ context.Context, id string) (domain.User, error) {
	defer s.locked()()
	user, found := s.users[id]
	if !found {
		return domain.User{}, domain.ErrUserUnknown
	}
	return user, nil
}

// withEmail returns the users whose address differs from email in letter case at most.
func (s *Storage) withEmail(email string) []domain.User {
	var found []domain.User
	for _, u := range s.users {
		if domain.FoldEmail(u.Email) == domain.FoldEmail(email) {
			found = append(found, u)
		}
	}
	return found
}

// Rehash implements ports.UserStore.
func (s UserStore) Rehash(_ context.Context, id string, old, hash domain.Secret) (bool, error) {
	defer s.locked()()
	user, found := s.users[id]
	if !found || !user.PasswordHash.Equal(old) {
		return false, nil
	}
	user.PasswordHash = hash
	s.users[id] = user
	return true, nil
}

// UserRegister implements ports.UserRegister.
type UserRegister struct{ *Storage }

// NewUserRegister returns the users of a storage.
func NewUserRegister(s *Storage) UserRegister { return UserRegister{s} }

// Add implements ports.UserRegister.
func (s UserRegister) Add(_ context.Context, u domain.User) error {
	defer s.locked()()
	if len(s.withEmail(u.Email)) > 0 {
		return domain.ErrEmailTaken
	}
	s.users[u.ID] = u
	return nil
}

// List implements ports.UserRegister.
func (s UserRegister) List(_ context.Context, after string, limit int) ([]domain.User, error) {
	defer s.locked()()
	var page []domain.User
	for _, u := range s.users {
		if u.Email > after {
			page = append(page, u)
		}
	}
	slices.SortFunc(page, func(a, b domain.User) int { return cmp.Compare(a.Email, b.Email) })
	return page[:min(limit, len(page))], nil
}

// Change implements ports.UserRegister.
func (s UserRegister) Change(_ context.Context, id string, c domain.UserChange) (int, error) {
	defer s.locked()()
	user, found := s.users[id]
	switch {
	case !found:
		return 0, domain.ErrUserUnknown
	case c.Verified != nil && !(user.Enabled && user.PasswordHash.Equal(*c.Verified)):
		return 0, domain.ErrUserChanged
	}
	if c.Email != nil {
		if slices.ContainsFunc(s.withEmail(*c.Email), func(u domain.User) bool { return u.ID != id }) {
			return 0, domain.ErrEmailTaken
		}
		s.cut(cutoff{foldedEmail: domain.FoldEmail(user.Email)}, c.At)
		s.cut(cutoff{foldedEmail: domain.FoldEmail(*c.Email)}, c.At)
		user.Email = *c.Email
	}
	if c.PasswordHash != nil {
		user.PasswordHash = *c.PasswordHash
	}
	if c.Enabled != nil {
		user.Enabled = *c.Enabled
	}
	s.users[id] = user
	reason := c.EndsSessions()
	if reason == "" {
		return 0, nil
	}
	s.cut(cutoff{userID: id}, c.At)
	return s.revoke(ofUser(id, c.Spares), reason, c.At), nil
}

// Remove implements ports.UserRegister.
func (s UserRegister) Remove(_ context.Context, id string, at time.Time) (int, error) {
	defer s.locked()()
	user, found := s.users[id]
	if !found {
		return 0, domain.ErrUserUnknown
	}
	delete(s.users, id)
	s.cut(cutoff{foldedEmail: domain.FoldEmail(user.Email)}, at)
	return s.revoke(ofUser(id, ""), domain.ReasonUserRemoved, at), nil
}
