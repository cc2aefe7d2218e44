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
	users     ports.UserStore
	sessions  ports.SessionStore
	passwords ports.PasswordHasher
	mint      *Mint
	clock     ports.Clock
	audit     ports.AuditLog
}

// NewLogin returns the use case.
func NewLogin(users ports.UserStore, sessions ports.SessionStore, passwords ports.PasswordHasher, mint *Mint,
	clock ports.Clock, audit ports.AuditLog,
) *Login {
	return &Login{users: users, sessions: sessions, passwords: passwords, mint: mint, clock: clock, audit: audit}
}

// Do returns a token. An unknown user, a wrong password and a disabled user are domain.ErrBadCredentials alike, and
// take the same time. domain.ErrBusy and domain.ErrUnavailable say that nobody was refused.
func (l *Login) Do(ctx context.Context, email string, password domain.Secret, client domain.Client) (Grant, error) {
	for range loginTries {
		grant, err := l.try(ctx, email, password, client)
		if !errors.Is(err, domain.ErrUserChanged) {
			return grant, err
		}
	}
	return Grant{}, l.refuse(ctx, "", domain.ReasonUserChanged, client)
}

func (l *Login) try(ctx context.Context, email string, password domain.Secret, client domain.Client) (Grant, error) {
	user, err := l.find(ctx, email)
	if err != nil {
		return Grant{}, err
	}
	// A user who does not exist has the zero hash, which takes as long to refuse as a real one.
	ok, outdated, err := l.passwords.Verify(ctx, user.PasswordHash, password)
	switch {
	case err != nil:
		return Grant{}, fmt.Errorf("check a password: %w", err)
	case user.ID == "":
		return Grant{}, l.refuse(ctx, "", domain.ReasonUserUnknown, client)
	case !ok:
		return Grant{}, l.refuse(ctx, user.ID, domain.ReasonWrongPassword, client)
	case !user.Enabled:
		return Grant{}, l.refuse(ctx, user.ID, domain.ReasonUserDisabled, client)
	case outdated:
		if user.PasswordHash, err = l.rehash(ctx, user, password); err != nil {
			return Grant{}, err
		}
	}
	return l.begin(ctx, user, client)
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
	hash, err := l.passwords.Hash(ctx, password)
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
	l.audit.Record(ctx, domain.Event{
		Kind: domain.EventLoginSucceeded, At: at, UserID: user.ID, SessionID: session.ID, Client: client,
	})
	return l.mint.sign(state)
}

func (l *Login) refuse(ctx context.Context, userID string, why domain.Reason, client domain.Client) error {
	l.audit.Record(ctx, domain.Event{
		Kind: domain.EventLoginRefused, At: l.clock(), UserID: userID, Reason: why, Client: client,
	})
	return domain.ErrBadCredentials
}
