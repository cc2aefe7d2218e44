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
		u, session := s.begun()
		_, other := s.begun()
		if n := s.revokeAll(); n < 2 {
			t.Errorf("%d live sessions were ended, want at least 2", n)
		}
		s.refused(rotation(session, noon))
		s.refused(rotation(other, noon))
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
	live := 0
	for after := ""; ; {
		last, n, err := s.SessionRegister.RevokeAll(s.ctx, domain.ReasonOperator, noon, after, 2)
		s.ok(err, "revoke all")
		if n > 2 || last != "" && last <= after {
			s.t.Fatalf("after %q a page of 2 ended %d sessions and came to %q", after, n, last)
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
	// Two have tokens left: one was refreshed, one expires just then.
	before := old[6].Current.ExpiresAt
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
}
