package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ShowCaller tells whoever bears a token whose account it is.
type ShowCaller struct {
	authenticate *Authenticate
	users        ports.UserStore
}

// NewShowCaller returns the use case.
func NewShowCaller(authenticate *Authenticate, users ports.UserStore) *ShowCaller {
	return &ShowCaller{authenticate: authenticate, users: users}
}

// Do returns the user of the token's session, or what Authenticate.Do returns, or domain.ErrUserUnknown.
func (s *ShowCaller) Do(ctx context.Context, raw string, client domain.Client) (domain.User, error) {
	session, err := s.authenticate.Do(ctx, raw, client)
	if err != nil {
		return domain.User{}, err
	}
	user, err := s.users.Find(ctx, session.UserID)
	if err != nil {
		return domain.User{}, fmt.Errorf("find a user: %w", err)
	}
	return user, nil
}
