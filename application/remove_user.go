package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// RemoveUser lets an operator delete an account.
type RemoveUser struct {
	users    ports.UserStore
	register ports.UserRegister
	clock    ports.Clock
	audit    ports.AuditLog
}

// NewRemoveUser returns the use case.
func NewRemoveUser(users ports.UserStore, register ports.UserRegister, clock ports.Clock, audit ports.AuditLog,
) *RemoveUser {
	return &RemoveUser{users: users, register: register, clock: clock, audit: audit}
}

// Do deletes the user whom email names, ends every session, and returns how many of them were live.
// domain.ErrUserUnknown if there is no such user.
func (r *RemoveUser) Do(ctx context.Context, email string) (int, error) {
	user, err := findUser(ctx, r.users, email)
	if err != nil {
		return 0, err
	}
	at := r.clock()
	ended, err := r.register.Remove(ctx, user.ID, at)
	if err != nil {
		return 0, fmt.Errorf("remove a user: %w", err)
	}
	r.audit.Record(ctx, domain.Event{Kind: domain.EventUserRemoved, At: at, UserID: user.ID, Count: ended})
	return ended, nil
}
