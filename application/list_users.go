package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ListUsers lists accounts.
type ListUsers struct{ register ports.UserRegister }

// NewListUsers returns the use case.
func NewListUsers(register ports.UserRegister) *ListUsers { return &ListUsers{register: register} }

// usersAtOnce is how many users are read in one call of the store.
const usersAtOnce = 500

// Do hands every user to each, in the order of their addresses, until each returns an error, which it returns.
func (l *ListUsers) Do(ctx context.Context, each func(domain.User) error) error {
	for after := ""; ; {
		users, err := l.register.List(ctx, after, usersAtOnce)
		if err != nil {
			return fmt.Errorf("list users: %w", err)
		}
		for _, u := range users {
			if err := each(u); err != nil {
				return err
			}
			after = u.Email
		}
		if len(users) < usersAtOnce {
			return nil
		}
	}
}
