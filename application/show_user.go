package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ShowUser finds one account.
type ShowUser struct{ users ports.UserStore }

// NewShowUser returns the use case.
func NewShowUser(users ports.UserStore) *ShowUser { return &ShowUser{users: users} }

// Do returns the user whom email names, or domain.ErrUserUnknown.
func (s *ShowUser) Do(ctx context.Context, email string) (domain.User, error) {
	return findUser(ctx, s.users, email)
}

func findUser(ctx context.Context, users ports.UserStore, email string) (domain.User, error) {
	if !domain.CleanText(email, domain.MaxEmailLength) {
		return domain.User{}, domain.ErrUserUnknown
	}
	user, err := users.FindByEmail(ctx, email)
	if err != nil {
		return domain.User{}, fmt.Errorf("find a user: %w", err)
	}
	return user, nil
}
