package application

import (
	"context"
	"fmt"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ShowUser finds one account.
type ShowUser struct {
	users    ports.UserStore
	attempts ports.AttemptStore
	limits   domain.LoginLimits
	clock    ports.Clock
}

// NewShowUser returns the use case.
func NewShowUser(users ports.UserStore, attempts ports.AttemptStore, limits domain.LoginLimits, clock ports.Clock) *ShowUser {
	return &ShowUser{users: users, attempts: attempts, limits: limits, clock: clock}
}

// ShownUser is an account as an operator sees it.
type ShownUser struct {
	domain.User
	// LimitedUntil is when the account's limit of wrong passwords ends, zero while it is not limited. Its known devices and
	// the network address somebody comes from have limits of their own.
	LimitedUntil time.Time
}

// Do returns the user whom email names, or domain.ErrUserUnknown.
func (s *ShowUser) Do(ctx context.Context, email string) (ShownUser, error) {
	user, err := findUser(ctx, s.users, email)
	if err != nil {
		return ShownUser{}, err
	}
	tallies, err := s.attempts.Find(ctx, domain.Attempt{Account: domain.AccountDigest(user.ID, user.Email)})
	if err != nil {
		return ShownUser{}, fmt.Errorf("look up a user's attempts: %w", err)
	}
	shown, at := ShownUser{User: user}, s.clock()
	if limited := s.limits.Judge(domain.Tallies{Account: tallies.Account}, at).Limited; limited != nil {
		shown.LimitedUntil = at.Add(limited.Wait)
	}
	return shown, nil
}

func findUser(ctx context.Context, users ports.UserStore, email string) (domain.User, error) {
	if !domain.CleanText(email, domain.MaxEmailLength) {
		return domain.User{}, domain.ErrUserUnknown
	}
	user, err := users.FindByEmail(ctx, email)
	if err != nil {
		return domain.User{}, fmt.Errorf("find a user: %w", err)
	}
	return user, nil
}
