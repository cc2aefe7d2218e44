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
	attempts ports.AttemptStore
	events   ports.EventStore
	clock    ports.Clock
	audit    ports.AuditLog
}

// NewRemoveUser returns the use case.
func NewRemoveUser(users ports.UserStore, register ports.UserRegister, attempts ports.AttemptStore,
	events ports.EventStore, clock ports.Clock, audit ports.AuditLog,
) *RemoveUser {
	return &RemoveUser{users: users, register: register, attempts: attempts, events: events, clock: clock, audit: audit}
}

// Do deletes the user whom email names, ends every session, and returns how many of them were live.
// Security events of the user stay, but say only the id and the network addresses. domain.ErrUserUnknown if there is no such user.
func (r *RemoveUser) Do(ctx context.Context, email string) (int, error) {
	user, err := findUser(ctx, r.users, email)
	if err != nil {
		return 0, err
	}
	return r.remove(ctx, user)
}

func (r *RemoveUser) remove(ctx context.Context, user domain.User) (int, error) {
	// First: were it to fail afterwards, there would be no user any more whom to name for another try.
	if err := r.forget(ctx, user); err != nil {
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

func (r *RemoveUser) forget(ctx context.Context, user domain.User) error {
	if err := r.attempts.Forget(ctx, domain.AccountDigest(user.ID, user.Email)); err != nil {
		return fmt.Errorf("forget a user's attempts: %w", err)
	}
	if err := r.events.Forget(ctx, user.ID, domain.AttemptedEmail(user.Email)); err != nil {
		return fmt.Errorf("forget whose events are: %w", err)
	}
	return nil
}
