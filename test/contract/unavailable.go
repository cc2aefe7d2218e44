package contract

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// call is one call of a port's method.
type call struct {
	method string
	writes bool
	do     func(ctx context.Context, s Storage) error
}

// Unavailable checks that every method of the ports returns domain.ErrUnavailable within limit, and no refusal,
// from a storage that does not answer a caller with the context ctx.
func Unavailable(ctx context.Context, t *testing.T, storage Storage, limit time.Duration) {
	t.Helper()
	for _, c := range calls() {
		c.isUnavailable(ctx, t, storage, limit)
	}
}

// Unwritable is Unavailable for a storage that still answers those who only read.
func Unwritable(ctx context.Context, t *testing.T, storage Storage, limit time.Duration) {
	t.Helper()
	for _, c := range calls() {
		if c.writes {
			c.isUnavailable(ctx, t, storage, limit)
			continue
		}
		if err := c.do(ctx, storage); errors.Is(err, domain.ErrUnavailable) {
			t.Errorf("%s, which only reads: %v", c.method, err)
		}
	}
}

func (c call) isUnavailable(ctx context.Context, t *testing.T, storage Storage, limit time.Duration) {
	t.Helper()
	began := time.Now()
	err := c.do(ctx, storage)
	took := time.Since(began)
	if !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("%s: the error is %v, want %v", c.method, err, domain.ErrUnavailable)
	}
	for _, refusal := range []error{
		domain.ErrSessionUnknown, domain.ErrUserUnknown, domain.ErrUserChanged, domain.ErrTokenOutdated, domain.ErrEmailTaken,
	} {
		if errors.Is(err, refusal) {
			t.Errorf("%s: the error %v is a refusal", c.method, err)
		}
	}
	if took > limit {
		t.Errorf("%s: it took %v, want at most %v", c.method, took, limit)
	}
}

// calls makes one call of every method, for a user and a session that are not there: a storage that answered would
// refuse most of them.
func calls() []call {
	u := newUser()
	session := newSession(u, noon)
	return []call{
		{"SessionStore.Begin", true, func(ctx context.Context, s Storage) error {
			_, err := s.Sessions.Begin(ctx, session, u.PasswordHash, 100)
			return err
		}},
		{"SessionStore.TakeIn", true, func(ctx context.Context, s Storage) error {
			return s.Sessions.TakeIn(ctx, session, u.Email, noon, 100)
		}},
		{"SessionStore.Rotate", true, func(ctx context.Context, s Storage) error {
			_, _, err := s.Sessions.Rotate(ctx, rotation(session, noon))
			return err
		}},
		{"SessionStore.RestartGrace", true, func(ctx context.Context, s Storage) error {
			return s.Sessions.RestartGrace(ctx, session.ID, session.Current.ID, noon)
		}},
		{"SessionStore.Find", false, func(ctx context.Context, s Storage) error {
			_, err := s.Sessions.Find(ctx, session.ID)
			return err
		}},
		{"SessionRegister.List", false, func(ctx context.Context, s Storage) error {
			_, err := s.SessionRegister.List(ctx, u.ID, noon)
			return err
		}},
		{"SessionRegister.Revoke", true, func(ctx context.Context, s Storage) error {
			_, err := s.SessionRegister.Revoke(ctx, session.ID, domain.ReasonOperator, noon)
			return err
		}},
		{"SessionRegister.RevokeUser", true, func(ctx context.Context, s Storage) error {
			_, err := s.SessionRegister.RevokeUser(ctx, u.ID, "", domain.ReasonOperator, noon)
			return err
		}},
		{"SessionRegister.RevokeAll", true, func(ctx context.Context, s Storage) error {
			_, _, err := s.SessionRegister.RevokeAll(ctx, domain.ReasonOperator, noon, "", 10)
			return err
		}},
		{"SessionRegister.Prune", false, func(ctx context.Context, s Storage) error {
			_, _, err := s.SessionRegister.Prune(ctx, noon.AddDate(-50, 0, 0), "", 10)
			return err
		}},
		{"UserStore.FindByEmail", false, func(ctx context.Context, s Storage) error {
			_, err := s.Users.FindByEmail(ctx, u.Email)
			return err
		}},
		{"UserStore.Find", false, func(ctx context.Context, s Storage) error {
			_, err := s.Users.Find(ctx, u.ID)
			return err
		}},
		{"UserStore.Rehash", true, func(ctx context.Context, s Storage) error {
			_, err := s.Users.Rehash(ctx, u.ID, u.PasswordHash, u.PasswordHash)
			return err
		}},
		{"UserRegister.Add", true, func(ctx context.Context, s Storage) error { return s.UserRegister.Add(ctx, u) }},
		{"UserRegister.List", false, func(ctx context.Context, s Storage) error {
			_, err := s.UserRegister.List(ctx, "", 10)
			return err
		}},
		{"UserRegister.Change", true, func(ctx context.Context, s Storage) error {
			_, err := s.UserRegister.Change(ctx, u.ID, disabling(noon))
			return err
		}},
		{"UserRegister.Remove", true, func(ctx context.Context, s Storage) error {
			_, err := s.UserRegister.Remove(ctx, u.ID, noon)
			return err
		}},
		{"AttemptStore.Find", false, func(ctx context.Context, s Storage) error {
			_, err := s.Attempts.Find(ctx, newAttempt())
			return err
		}},
		{"AttemptStore.Update", true, func(ctx context.Context, s Storage) error {
			return s.Attempts.Update(ctx, newAttempt(), keepUntil, failing)
		}},
		{"AttemptStore.Unlock", true, func(ctx context.Context, s Storage) error { return s.Attempts.Unlock(ctx, random()) }},
		{"AttemptStore.Forget", true, func(ctx context.Context, s Storage) error { return s.Attempts.Forget(ctx, random()) }},
		{"AttemptStore.Prune", false, func(ctx context.Context, s Storage) error {
			_, err := s.Attempts.Prune(ctx, noon.AddDate(-50, 0, 0), 10)
			return err
		}},
		{"EventStore.Add", true, func(ctx context.Context, s Storage) error {
			return s.Events.Add(ctx, []domain.Event{newEvent(noon)})
		}},
		{"EventStore.List", false, func(ctx context.Context, s Storage) error {
			_, err := s.Events.List(ctx, domain.EventFilter{UserID: u.ID}, 10)
			return err
		}},
		{"EventStore.Forget", true, func(ctx context.Context, s Storage) error { return s.Events.Forget(ctx, u.ID, u.Email) }},
		{"EventStore.Prune", false, func(ctx context.Context, s Storage) error {
			_, err := s.Events.Prune(ctx, noon.AddDate(-50, 0, 0), 10)
			return err
		}},
	}
}
