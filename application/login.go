package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// loginTries is how often a login begins anew because the user changed while the password was being checked. Two
// log-ins that re-hash the same password at once need a second try; more than three is somebody changing accounts in
// a loop.
const loginTries = 3

// Login trades an e-mail address and a password for the first token of a new session.
type Login struct {
	users    ports.UserStore
	sessions ports.SessionStore
	guard    *PasswordGuard
	mint     *Mint
	clock    ports.Clock
	audit    ports.AuditLog
}

// NewLogin returns the use case.
func NewLogin(users ports.UserStore, sessions ports.SessionStore, guard *PasswordGuard, mint *Mint,
	clock ports.Clock, audit ports.AuditLog,
) *Login {
	return &Login{users: users, sessions: sessions, guard: guard, mint: mint, clock: clock, audit: audit}
}

// Do returns a token. An unknown user, a wrong password and a disabled user are domain.ErrBadCredentials alike, and
// take the same time; they are limited alike, by domain.LimitedError. domain.ErrBusy and domain.ErrUnavailable say that
// nobody was refused.
func (l *Login) Do(ctx context.Context, email string, password domain.Secret, client domain.Client) (Grant, error) {
	for range loginTries {
		grant, err := l.try(ctx, email, password, client)
		if !errors.Is(err, domain.ErrUserChanged) {
			return grant, err
		}
	}
	user, err := l.find(ctx, email)
	if err != nil {
		return Grant{}, err
	}
	return Grant{}, l.refuse(ctx, domain.Event{Reason: domain.ReasonUserChanged, UserID: user.ID, Client: client})
}

func (l *Login) try(ctx context.Context, email string, password domain.Secret, client domain.Client) (grant Grant, err error) {
	user, err := l.find(ctx, email)
	if err != nil {
		return Grant{}, err
	}
	e := domain.Event{Kind: domain.EventLoginLimited, UserID: user.ID, Client: client}
	if user.ID == "" {
		e.Attempted = domain.AttemptedEmail(email)
	}
	err = l.guard.do(ctx, domain.NewAttempt(user.ID, email, client), e, func(begin func() error) error {
		grant, err = l.check(ctx, user, password, e, begin)
		return err
	})
	if err != nil {
		return Grant{}, err
	}
	return grant, nil
}

// check is the attempt itself. e says whose it is.
func (l *Login) check(ctx context.Context, user domain.User, password domain.Secret, e domain.Event, begin func() error,
) (Grant, error) {
	// A user who does not exist has the zero hash, which takes as long to refuse as a real one.
	ok, outdated, err := l.guard.passwords.Verify(ctx, user.PasswordHash, password, begin)
	switch {
	case err != nil:
		return Grant{}, fmt.Errorf("check a password: %w", err)
	case user.ID == "":
		e.Reason = domain.ReasonUserUnknown
	case !ok:
		e.Reason = domain.ReasonWrongPassword
	case !user.Enabled:
		e.Reason = domain.ReasonUserDisabled
	}
	if e.Reason != "" {
		return Grant{}, l.refuse(ctx, e)
	}
	if outdated {
		if user.PasswordHash, err = l.rehash(ctx, user, password); err != nil {
			return Grant{}, err
		}
	}
	return l.begin(ctx, user, e.Client)
}

// find returns the zero user where there is none.
func (l *Login) find(ctx context.Context, email string) (domain.User, error) {
	if !domain.CleanText(email, domain.MaxEmailLength) {
		return domain.User{}, nil
	}
	user, err := l.users.FindByEmail(ctx, email)
	if err != nil && !errors.Is(err, domain.ErrUserUnknown) {
		return domain.User{}, fmt.Errorf("find a user: %w", err)
	}
	return user, nil
}

// rehash brings the hash of a password that was just verified up to the present form and returns the hash that now
// stands. A login does not fail because the better hash could not be made or kept.
func (l *Login) rehash(ctx context.Context, user domain.User, password domain.Secret) (domain.Secret, error) {
	hash, err := l.guard.passwords.Hash(ctx, password)
	if err != nil {
		return user.PasswordHash, nil //nolint:nilerr // the old hash is still good
	}
	switch swapped, err := l.users.Rehash(ctx, user.ID, user.PasswordHash, hash); {
	case err != nil:
		// Whether it was kept is not known. If it was, Begin refuses the old one, and the login is tried anew.
		return user.PasswordHash, nil //nolint:nilerr // see above
	case !swapped:
		return domain.Secret{}, domain.ErrUserChanged
	}
	l.audit.Record(ctx, domain.Event{Kind: domain.EventPasswordRehashed, At: l.clock(), UserID: user.ID})
	return hash, nil
}

// begin makes the session under the hash that was verified, so that a login that raced a change of password or a
// disabling does not survive it.
func (l *Login) begin(ctx context.Context, user domain.User, client domain.Client) (Grant, error) {
	at := l.clock()
	// The caller may hang up: a session is begun whole, and a broken-off statement would cost a connection.
	ctx = context.WithoutCancel(ctx)
	session := l.mint.session(user.ID, client, at)
	state, err := l.sessions.Begin(ctx, session, user.PasswordHash, l.mint.policy.MaxSessions)
	if err != nil {
		return Grant{}, fmt.Errorf("begin a session: %w", err)
	}
	noteSession(ctx, session.ID)
	l.audit.Record(ctx, domain.Event{
		Kind: domain.EventLoginSucceeded, At: at, UserID: user.ID, SessionID: session.ID, Client: client,
	})
	return l.mint.sign(state)
}

func (l *Login) refuse(ctx context.Context, e domain.Event) error {
	e.Kind, e.At = domain.EventLoginRefused, l.clock()
	l.audit.Record(ctx, e)
	return domain.ErrBadCredentials
}
