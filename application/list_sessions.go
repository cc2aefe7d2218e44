package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ListSessions lists where a user is logged in.
type ListSessions struct {
	users    ports.UserStore
	register ports.SessionRegister
	clock    ports.Clock
}

// NewListSessions returns the use case.
func NewListSessions(users ports.UserStore, register ports.SessionRegister, clock ports.Clock) *ListSessions {
	return &ListSessions{users: users, register: register, clock: clock}
}

// Do returns the live sessions of the user whom email names, newest first, or domain.ErrUserUnknown.
func (l *ListSessions) Do(ctx context.Context, email string) ([]domain.Session, error) {
	user, err := findUser(ctx, l.users, email)
	if err != nil {
		return nil, err
	}
	sessions, err := l.register.List(ctx, user.ID, l.clock())
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return sessions, nil
}
