package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// UserEdit is what an operator wants changed. Fields left nil stay as they are.
type UserEdit struct {
	Email    *string
	Password *domain.Secret
	Enabled  *bool
}

func (e UserEdit) event() domain.EventKind {
	switch {
	case e.Password != nil:
		return domain.EventPasswordChanged
	case e.Email != nil:
		return domain.EventEmailChanged
	case *e.Enabled:
		return domain.EventUserEnabled
	default:
		return domain.EventUserDisabled
	}
}

// ChangeUser lets an operator change an account.
type ChangeUser struct {
	users     ports.UserStore
	register  ports.UserRegister
	passwords ports.PasswordHasher
	rules     domain.PasswordRules
	clock     ports.Clock
	audit     ports.AuditLog
}

// NewChangeUser returns the use case.
func NewChangeUser(users ports.UserStore, register ports.UserRegister, passwords ports.PasswordHasher,
	rules domain.PasswordRules, clock ports.Clock, audit ports.AuditLog,
) *ChangeUser {
	return &ChangeUser{users: users, register: register, passwords: passwords, rules: rules, clock: clock, audit: audit}
}

// Do changes the user whom email names and returns how many live sessions that ended: a new password and a disabling
// end all, a new address none. An edit names exactly one thing. domain.ErrUserUnknown, domain.ErrEmailInvalid,
// domain.ErrEmailTaken, or what domain.PasswordRules.Check says of the password.
func (c *ChangeUser) Do(ctx context.Context, email string, edit UserEdit) (int, error) {
	change := domain.UserChange{Email: edit.Email, Enabled: edit.Enabled}
	if edit.Email != nil {
		if err := domain.CheckEmail(*edit.Email); err != nil {
			return 0, err
		}
	}
	user, err := findUser(ctx, c.users, email)
	if err != nil || edit.Email != nil && *edit.Email == user.Email {
		return 0, err
	}
	if edit.Password != nil {
		hash, err := newHash(ctx, c.passwords, c.rules, *edit.Password, user.Email)
		if err != nil {
			return 0, err
		}
		change.PasswordHash = &hash
	}
	change.At = c.clock()
	ended, err := c.register.Change(ctx, user.ID, change)
	if err != nil {
		return 0, fmt.Errorf("change a user: %w", err)
	}
	c.audit.Record(ctx, domain.Event{Kind: edit.event(), At: change.At, UserID: user.ID, Count: ended})
	return ended, nil
}
