package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ChangePassword lets whoever bears a token and knows the account's password replace it.
type ChangePassword struct {
	authenticate *Authenticate
	users        ports.UserStore
	register     ports.UserRegister
	guard        *PasswordGuard
	rules        domain.PasswordRules
	audit        ports.AuditLog
}

// NewChangePassword returns the use case.
func NewChangePassword(authenticate *Authenticate, users ports.UserStore, register ports.UserRegister,
	guard *PasswordGuard, rules domain.PasswordRules, audit ports.AuditLog,
) *ChangePassword {
	return &ChangePassword{
		authenticate: authenticate, users: users, register: register, guard: guard, rules: rules, audit: audit,
	}
}

// changeTries is how often a change begins anew because the account changed while it was made. A second click then
// finds that the present password is another, or that the session has ended.
const changeTries = 2

// Do replaces the password present by next and ends the user's other sessions, in one step. Besides what
// Authenticate.Do returns: domain.ErrUserUnknown, domain.ErrPasswordWrong, domain.LimitedError for one wrong password too many, what domain.PasswordRules.Check says of next,
// or domain.ErrUserChanged for an account that never stands still.
func (c *ChangePassword) Do(ctx context.Context, raw string, present, next domain.Secret, client domain.Client) error {
	var err error
	for range changeTries {
		if err = c.try(ctx, raw, present, next, client); !errors.Is(err, domain.ErrUserChanged) {
			return err
		}
	}
	return err
}

func (c *ChangePassword) try(ctx context.Context, raw string, present, next domain.Secret, client domain.Client) error {
	caller, err := c.authenticate.Do(ctx, raw, client)
	if err != nil {
		return err
	}
	user, err := c.users.Find(ctx, caller.UserID)
	if err != nil {
		return fmt.Errorf("find a user: %w", err)
	}
	// The rules first: they cost nothing, and say nothing about the account but to its owner.
	if err := c.rules.Check(next, user.Email); err != nil {
		return err
	}
	e := domain.Event{Kind: domain.EventPasswordChanged, At: caller.Token.At, UserID: user.ID, SessionID: caller.ID, Client: client}
	if err := c.check(ctx, user, present, e); err != nil {
		return err
	}
	hash, err := newHash(ctx, c.guard.passwords, c.rules, next, user.Email)
	if err != nil {
		return err
	}
	return c.change(context.WithoutCancel(ctx), user, hash, e)
}

// check counts a wrong password as a log-in does: whoever has stolen a token must not guess the password with it.
func (c *ChangePassword) check(ctx context.Context, user domain.User, present domain.Secret, e domain.Event) error {
	e.Kind = domain.EventPasswordLimited
	return c.guard.do(ctx, domain.NewAttempt(user.ID, user.Email, e.Client), e, func(begin func() error) error {
		switch ok, _, err := c.guard.passwords.Verify(ctx, user.PasswordHash, present, begin); {
		case err != nil:
			return fmt.Errorf("check a password: %w", err)
		case !ok:
			e.Kind, e.Reason = domain.EventPasswordRefused, domain.ReasonWrongPassword
			c.audit.Record(ctx, e)
			return domain.ErrPasswordWrong
		}
		return nil
	})
}

// change is made under the hash that was verified, so that of two changes at once, or of a change and a reset, the
// second does not undo the first.
func (c *ChangePassword) change(ctx context.Context, user domain.User, hash domain.Secret, e domain.Event) error {
	var err error
	e.Count, err = c.register.Change(ctx, user.ID, domain.UserChange{
		PasswordHash: &hash, Verified: &user.PasswordHash, Spares: e.SessionID, At: e.At,
	})
	if err != nil {
		return fmt.Errorf("change a password: %w", err)
	}
	c.audit.Record(ctx, e)
	return nil
}
