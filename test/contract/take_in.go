package contract

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func takeIn(t *testing.T, storage Storage) {
	// untracked returns the session of a new untracked token of u that was issued at `issued`.
	untracked := func(u domain.User) domain.Session {
		claims := domain.Claims{Subject: u.Email, ExpiresAt: noon.Add(time.Hour).Truncate(time.Second)}
		return policy.UntrackedSession("token."+random(), claims, u.ID, domain.Client{}, noon)
	}
	t.Run("stores the session of an untracked token, which then rotates", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		session := untracked(u)
		s.ok(s.Sessions.TakeIn(s.ctx, session, u.Email, noon, 100), "take in")
		s.same(s.state(session.ID).Session, session)
		if got := s.rotate(rotation(session, noon)); got.Current.ID.Generation() != 1 {
			t.Errorf("the first token of ours has the id %q, want generation 1", got.Current.ID)
		}
	})
	t.Run("takes in a token of unknown age while nothing was ended", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		err := s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, time.Time{}, 100)
		if s.Original {
			s.is(err, domain.ErrTokenOutdated)
			return
		}
		s.ok(err, "take in")
	})
	t.Run("takes in a token that is older than its account, unless that came from the original", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		err := s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, u.CreatedAt.Add(-time.Microsecond), 100)
		if s.Original {
			s.is(err, domain.ErrTokenOutdated)
		} else {
			s.ok(err, "take in")
		}
		s.ok(s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, u.CreatedAt, 100), "take in a token as old as its account")
	})
	t.Run("changes nothing when the token was taken in before", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		session := untracked(u)
		s.ok(s.Sessions.TakeIn(s.ctx, session, u.Email, noon, 100), "take in")
		state := s.rotate(rotation(session, noon))
		s.ok(s.Sessions.TakeIn(s.ctx, session, u.Email, noon, 100), "take in again")
		s.same(s.state(session.ID).Session, state.Session)
		_, err := s.SessionRegister.Revoke(s.ctx, session.ID, domain.ReasonReuse, noon)
		s.ok(err, "revoke")
		s.ok(s.Sessions.TakeIn(s.ctx, session, u.Email, noon, 100), "take in a third time")
		if s.state(session.ID).RevokedAt.IsZero() {
			t.Error("taking the token in again brought its revoked session back")
		}
	})
	t.Run("keeps to the maximum of sessions", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		old := s.session(u, noon.Add(-time.Minute))
		s.ok(s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, noon, 1), "take in")
		if got := s.state(old.ID).RevokedFor; got != domain.ReasonTooMany {
			t.Errorf("the oldest session was revoked for %q, want %q", got, domain.ReasonTooMany)
		}
	})
	t.Run("refuses a disabled, removed or moved user", func(t *testing.T) {
		s := on(t, storage)
		later := noon.Add(time.Hour)
		disabled, removed, moved := s.user(), s.user(), s.user()
		s.change(disabled, disabling(noon))
		_, err := s.UserRegister.Remove(s.ctx, removed.ID, noon)
		s.ok(err, "remove")
		s.change(moved, newEmail(newUser().Email, noon))
		for _, u := range []domain.User{disabled, removed, moved} {
			s.is(s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, later, 100), domain.ErrUserChanged)
		}
	})
	outdating := map[string]func(s stage, u domain.User, at time.Time) domain.User{
		"a change of password": func(s stage, u domain.User, at time.Time) domain.User {
			s.change(u, newPassword(at))
			return u
		},
		"a disabling, though enabled since": func(s stage, u domain.User, at time.Time) domain.User {
			s.change(u, disabling(at))
			s.change(u, enabling(at))
			return u
		},
		"a revocation of the user's sessions": func(s stage, u domain.User, at time.Time) domain.User {
			_, err := s.SessionRegister.RevokeUser(s.ctx, u.ID, "", domain.ReasonOperator, at)
			s.ok(err, "revoke")
			return u
		},
		"a revocation that spares a session": func(s stage, u domain.User, at time.Time) domain.User {
			spared := s.session(u, at)
			_, err := s.SessionRegister.RevokeUser(s.ctx, u.ID, spared.ID, domain.ReasonOperator, at)
			s.ok(err, "revoke")
			return u
		},
		"a change of password that spares a session": func(s stage, u domain.User, at time.Time) domain.User {
			change := newPassword(at)
			change.Spares = s.session(u, at).ID
			s.change(u, change)
			return u
		},
		"a change to the address": func(s stage, u domain.User, at time.Time) domain.User {
			u.Email = newUser().Email
			s.change(u, newEmail(u.Email, at))
			return u
		},
		"the address's last owner leaving it": func(s stage, u domain.User, at time.Time) domain.User {
			s.change(u, newEmail(newUser().Email, at))
			return s.heir(u)
		},
		"the address's last owner being removed": func(s stage, u domain.User, at time.Time) domain.User {
			_, err := s.UserRegister.Remove(s.ctx, u.ID, at)
			s.ok(err, "remove")
			return s.heir(u)
		},
	}
	for what, happen := range outdating {
		t.Run("refuses a token older than "+what, func(t *testing.T) {
			s := on(t, storage)
			u := happen(s, s.user(), noon)
			before := noon.Add(-time.Microsecond)
			s.is(s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, before, 100), domain.ErrTokenOutdated)
			s.ok(s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, noon, 100), "take in a token issued since")
		})
	}
	t.Run("does not mind a login's re-hash", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		_, err := s.Users.Rehash(s.ctx, u.ID, u.PasswordHash, domain.NewSecret("$hash$new"))
		s.ok(err, "re-hash")
		s.ok(s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, u.CreatedAt, 100), "take in")
	})
	t.Run("takes the latest of several events, whatever their order", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		s.change(u, newPassword(noon))
		s.change(u, newPassword(noon.Add(-time.Hour)))
		err := s.Sessions.TakeIn(s.ctx, untracked(u), u.Email, noon.Add(-time.Minute), 100)
		s.is(err, domain.ErrTokenOutdated)
	})
}

// heir adds a user with the address that u has given up, in another letter case.
func (s stage) heir(u domain.User) domain.User {
	heir := newUser()
	heir.Email = "U" + u.Email[1:]
	s.ok(s.UserRegister.Add(s.ctx, heir), "add the heir of an address")
	return heir
}
