package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// AddUser adds an account.
type AddUser struct {
	register  ports.UserRegister
	passwords ports.PasswordHasher
	rules     domain.PasswordRules
	ids       ports.IDs
	clock     ports.Clock
	audit     ports.AuditLog
}

// NewAddUser returns the use case.
func NewAddUser(register ports.UserRegister, passwords ports.PasswordHasher, rules domain.PasswordRules, ids ports.IDs,
	clock ports.Clock, audit ports.AuditLog,
) *AddUser {
	return &AddUser{register: register, passwords: passwords, rules: rules, ids: ids, clock: clock, audit: audit}
}

// Do adds an enabled user and returns it. domain.ErrEmailInvalid, domain.ErrNameInvalid, domain.ErrEmailTaken, or what
// domain.PasswordRules.Check says of the password.
func (a *AddUser) Do(ctx context.Context, email, name string, admin bool, password domain.Secret) (domain.User, error) {
	if err := domain.CheckEmail(email); err != nil {
		return domain.User{}, err
	}
	if err := domain.CheckName(name); err != nil {
		return domain.User{}, err
	}
	hash, err := newHash(ctx, a.passwords, a.rules, password, email)
	if err != nil {
		return domain.User{}, err
	}
	user := domain.User{
		ID: a.ids.New(), Email: email, Name: name, PasswordHash: hash,
		Admin: admin, Enabled: true, CreatedAt: a.clock(),
	}
	if err := a.register.Add(ctx, user); err != nil {
		return domain.User{}, fmt.Errorf("add a user: %w", err)
	}
	a.audit.Record(ctx, domain.Event{Kind: domain.EventUserAdded, At: user.CreatedAt, UserID: user.ID})
	return user, nil
}

// newHash returns the hash of a new password for the account with this address, if it keeps the rules.
func newHash(ctx context.Context, passwords ports.PasswordHasher, rules domain.PasswordRules, password domain.Secret,
	email string,
) (domain.Secret, error) {
	if err := rules.Check(password, email); err != nil {
		return domain.Secret{}, err
	}
	hash, err := passwords.Hash(ctx, password)
	if err != nil {
		return domain.Secret{}, fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}
