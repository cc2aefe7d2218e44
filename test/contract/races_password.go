package contract

import (
	"errors"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// changedOnce changes a password many times at once, each time under the same verified hash and sparing another session.
// The one change that is made leaves only the session that it spares.
func changedOnce(s stage) {
	u := s.user()
	made := make(chan domain.UserChange, callers)
	var calls []func()
	for i := range callers {
		change := newPassword(noon)
		change.Verified, change.Spares = &u.PasswordHash, s.session(u, noon.Add(time.Duration(i)*time.Second)).ID
		calls = append(calls, func() {
			switch _, err := s.UserRegister.Change(s.ctx, u.ID, change); {
			case err == nil:
				made <- change
			case !errors.Is(err, domain.ErrUserChanged):
				s.t.Errorf("change: %v", err)
			}
		})
	}
	together(calls...)
	close(made)
	if len(made) != 1 {
		s.t.Fatalf("%d changes were made, want 1", len(made))
	}
	change := <-made
	u.PasswordHash = *change.PasswordHash
	s.finds(u.Email, u)
	live, err := s.SessionRegister.List(s.ctx, u.ID, noon)
	s.ok(err, "list")
	if len(live) != 1 || live[0].ID != change.Spares {
		s.t.Fatalf("%d sessions are live, want the one that was spared", len(live))
	}
}

// changeSparing changes the password, spares a session of its own, and ends that.
func changeSparing(s stage, u domain.User) error {
	spared := newSession(u, noon)
	if _, err := s.Sessions.Begin(s.ctx, spared, u.PasswordHash, 100); err != nil {
		return err
	}
	change := newPassword(noon)
	change.Spares = spared.ID
	if _, err := s.UserRegister.Change(s.ctx, u.ID, change); err != nil {
		return err
	}
	_, err := s.SessionRegister.Revoke(s.ctx, spared.ID, domain.ReasonOperator, noon)
	return err
}
