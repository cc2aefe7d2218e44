package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ListOwnSessions shows whoever bears a token where the account is logged in.
type ListOwnSessions struct {
	authenticate *Authenticate
	register     ports.SessionRegister
}

// NewListOwnSessions returns the use case.
func NewListOwnSessions(authenticate *Authenticate, register ports.SessionRegister) *ListOwnSessions {
	return &ListOwnSessions{authenticate: authenticate, register: register}
}

// Do returns the live sessions of the token's user, newest first, and the id of the token's own; or what
// Authenticate.Do returns.
func (l *ListOwnSessions) Do(ctx context.Context, raw string, client domain.Client,
) (sessions []domain.Session, own string, err error) {
	caller, err := l.authenticate.Do(ctx, raw, client)
	if err != nil {
		return nil, "", err
	}
	sessions, err = l.register.List(ctx, caller.UserID, caller.Token.At)
	if err != nil {
		return nil, "", fmt.Errorf("list sessions: %w", err)
	}
	return sessions, caller.ID, nil
}
