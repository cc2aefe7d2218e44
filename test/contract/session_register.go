package contract

import (
	"slices"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func sessionRegister(t *testing.T, storage Storage) {
	t.Run("lists the live sessions of one user, newest first", func(t *testing.T) {
		s := on(t, storage)
		u, first := s.begun()
		third := s.session(u, noon.Add(2*time.Minute))
		second := s.session(u, noon.Add(time.Minute))
		revoked := s.session(u, noon.Add(3*time.Minute))
		_, err := s.SessionRegister.Revoke(s.ctx, revoked.ID, domain.ReasonOperator, noon)
		s.ok(err, "revoke")
		s.begun()
		s.lists(u, noon.Add(4*time.Minute), third, second, first)
		// The first session's token expires first, then all have.
		s.lists(u, first.Current.ExpiresAt.Add(-time.Microsecond), third, second, first)
		s.lists(u, first.Current.ExpiresAt, third, second)
		s.lists(u, noon.Add(time.Hour))
	})
	t.Run("does not list a session past its end", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		session.Current.ExpiresAt = session.EndsAt.Add(time.Hour)
		other := newSession(u, noon)
		other.Current.ExpiresAt, other.LastExpiry = session.Current.ExpiresAt, session.Current.ExpiresAt
		s.ok(s.Sessions.TakeIn(s.ctx, other, u.Email, noon, 100), "take in a token that outlives its session")
		s.lists(u, other.EndsAt)
	})
	t.Run("revokes one session and keeps the first reason and instant", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		other := s.session(u, noon)
		later := noon.Add(time.Minute)
		for i, call := range []struct {
			reason domain.Reason
			at     time.Time
			first  bool
		}{{domain.ReasonReuse, later, true}, {domain.ReasonOperator, noon, false}} {
			first, err := s.SessionRegister.Revoke(s.ctx, session.ID, call.reason, call.at)
			s.ok(err, "revoke")
			if first != call.first {
				t.Errorf("revocation %d reports first=%v, want %v", i+1, first, call.first)
			}
		}
		if got := s.state(session.ID); got.RevokedFor != domain.ReasonReuse || !got.RevokedAt.Equal(later) {
			t.Errorf("the session was revoked for %q at %v, want the first", got.RevokedFor, got.RevokedAt)
		}
		s.rotate(rotation(other, noon))
		_, err := s.SessionRegister.Revoke(s.ctx, "unknown", domain.ReasonOperator, noon)
		s.is(err, domain.ErrSessionUnknown)
	})
	t.Run("revokes a user's sessions but the one that is spared", func(t *testing.T) {
		s := on(t, storage)
		u, spared := s.begun()
		s.session(u, noon)
		ended := s.session(u, noon)
		_, stranger := s.begun()
		_, err := s.SessionRegister.Revoke(s.ctx, ended.ID, domain.ReasonReuse, noon)
		s.ok(err, "revoke")
		s.ends(1, func() (int, error) {
			return s.SessionRegister.RevokeUser(s.ctx, u.ID, spared.ID, domain.ReasonOperator, noon)
		})
		if got := s.state(ended.ID).RevokedFor; got != domain.ReasonReuse {
			t.Errorf("a session that had ended for %q is now ended for %q", domain.ReasonReuse, got)
		}
		s.lists(u, noon, spared)
		s.rotate(rotation(stranger, noon))
		s.ends(1, func() (int, error) {
			return s.SessionRegister.RevokeUser(s.ctx, u.ID, "", domain.ReasonOperator, noon)
		})
		s.refused(rotation(spared, noon))
	})
	t.Run("finds nothing to end of a user who is gone", func(t *testing.T) {
		s := on(t, storage)
		u, _ := s.begun()
		_, err := s.UserRegister.Remove(s.ctx, u.ID, noon)
		s.ok(err, "remove")
		s.ends(0, func() (int, error) {
			return s.SessionRegister.RevokeUser(s.ctx, u.ID, "", domain.ReasonOperator, noon)
		})
	})
	t.Run("counts only live sessions, and revokes the idle ones too", func(t *testing.T) {
		s := on(t, storage)
		u, idle := s.begun()
		s.session(u, noon.Add(time.Hour))
		at := noon.Add(time.Hour)
		s.ends(1, func() (int, error) {
			return s.SessionRegister.RevokeUser(s.ctx, u.ID, "", domain.ReasonOperator, at)
		})
		if s.state(idle.ID).RevokedAt.IsZero() {
			t.Error("the idle session was not revoked")
		}
	})
	t.Run("prunes sessions whose every token has expired, a few at a time", func(t *testing.T) {
		prunes(on(t, storage))
	})
	t.Run("revokes everything", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		var sessions []domain.Session
		for range 9 {
			sessions = append(sessions, s.session(u, noon))
		}
		if n := s.revokeAll(); n < len(sessions) {
			t.Errorf("%d live sessions were ended, want at least %d", n, len(sessions))
		}
		for _, session := range sessions {
			s.refused(rotation(session, noon))
		}
		claims := domain.Claims{Subject: u.Email, ExpiresAt: noon.Add(time.Hour).Truncate(time.Second)}
		untracked := policy.UntrackedSession("token."+random(), claims, u.ID, domain.Client{}, noon)
		err := s.Sessions.TakeIn(s.ctx, untracked, u.Email, noon.Add(-time.Second), 100)
		s.is(err, domain.ErrTokenOutdated)
		s.ok(s.Sessions.TakeIn(s.ctx, untracked, u.Email, noon, 100), "take in a token issued since")
	})
}

func (s stage) lists(u domain.User, at time.Time, want ...domain.Session) {
	s.t.Helper()
	got, err := s.SessionRegister.List(s.ctx, u.ID, at)
	s.ok(err, "list")
	if !slices.Equal(got, want) {
		s.t.Fatalf("at %v the sessions are\n%+v, want\n%+v", at, got, want)
	}
}

func (s stage) ends(want int, revoke func() (int, error)) {
	s.t.Helper()
	n, err := revoke()
	s.ok(err, "revoke")
	if n != want {
		s.t.Fatalf("%d live sessions were ended, want %d", n, want)
	}
}

// revokeAll ends every session, a few at a time.
func (s stage) revokeAll() int {
	s.t.Helper()
	const limit = 2
	live := 0
	for after := ""; ; {
		last, n, err := s.SessionRegister.RevokeAll(s.ctx, domain.ReasonOperator, noon, after, limit)
		s.ok(err, "revoke all")
		if n > limit || last != "" && last <= after {
			s.t.Fatalf("after %q a page of %d ended %d sessions and came to %q", after, limit, n, last)
		}
		live += n
		if last == "" {
			return live
		}
		after = last
	}
}

// prunes works far from every other test's time, so that it deletes only what it made.
func prunes(s stage) {
	past := noon.AddDate(-10, 0, 0)
	u := s.user()
	var old []domain.Session
	for i := range 7 {
		old = append(old, s.session(u, past.Add(time.Duration(i)*time.Minute)))
	}
	rotated := s.rotate(rotation(old[0], past.Add(20*time.Minute))).Session
	_, err := s.SessionRegister.Revoke(s.ctx, old[1].ID, domain.ReasonOperator, past)
	s.ok(err, "revoke")
	// Three have tokens left: one was refreshed, one expires just then, and of one an earlier token outlives the current.
	before := old[6].Current.ExpiresAt
	shorter := policy
	shorter.TokenLifetime = time.Minute
	outlived := s.session(u, past.Add(20*time.Minute))
	outlived = s.rotate(shorter.Rotation(outlived.ID, outlived.Current.ID, random(), past.Add(21*time.Minute))).Session
	deleted, pages := 0, 0
	for after := ""; ; pages++ {
		last, n, err := s.SessionRegister.Prune(s.ctx, before, after, 3)
		s.ok(err, "prune")
		deleted += n
		if n > 3 {
			s.t.Fatalf("one call deleted %d sessions, want at most 3", n)
		}
		if last == "" {
			break
		}
		if last <= after {
			s.t.Fatalf("after %q the last id looked at is %q, want a later one", after, last)
		}
		after = last
	}
	if deleted != 5 || pages < 2 {
		s.t.Fatalf("%d sessions were deleted in %d pages, want 5 in at least 2", deleted, pages)
	}
	for _, session := range old[1:6] {
		_, err := s.Sessions.Find(s.ctx, session.ID)
		s.is(err, domain.ErrSessionUnknown)
	}
	s.same(s.state(rotated.ID).Session, rotated)
	s.same(s.state(old[6].ID).Session, old[6])
	s.same(s.state(outlived.ID).Session, outlived)
}
