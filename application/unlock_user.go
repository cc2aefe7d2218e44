package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// UnlockUser lets an operator let somebody log in whose account is limited.
type UnlockUser struct {
	users    ports.UserStore
	attempts ports.AttemptStore
	clock    ports.Clock
	audit    ports.AuditLog
}

// NewUnlockUser returns the use case.
func NewUnlockUser(users ports.UserStore, attempts ports.AttemptStore, clock ports.Clock, audit ports.AuditLog) *UnlockUser {
	return &UnlockUser{users: users, attempts: attempts, clock: clock, audit: audit}
}

// Do forgets the wrong passwords of the user whom email names, on every replica at once; for one who has none nothing changes.
// Those of a network address stay counted on it. domain.ErrUserUnknown if there is no such user.
func (u *UnlockUser) Do(ctx context.Context, email string) error {
	user, err := findUser(ctx, u.users, email)
	if err != nil {
		return err
	}
	if err := u.attempts.Unlock(ctx, domain.AccountDigest(user.ID, user.Email)); err != nil {
		return fmt.Errorf("unlock a user: %w", err)
	}
	u.audit.Record(ctx, domain.Event{Kind: domain.EventUserUnlocked, At: u.clock(), UserID: user.ID})
	return nil
}
