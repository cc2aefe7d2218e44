package contract

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func sessionStore(t *testing.T, storage Storage) {
	t.Run("begins a session and finds it as it was stored", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		session := newSession(u, noon)
		state, err := s.Sessions.Begin(s.ctx, session, u.PasswordHash, 100)
		s.ok(err, "begin")
		want := domain.SessionState{Session: session, Email: u.Email, UserEnabled: true}
		if state != want {
			t.Errorf("Begin returned\n%+v, want\n%+v", state, want)
		}
		if got := s.state(session.ID); got != want {
			t.Errorf("Find returned\n%+v, want\n%+v", got, want)
		}
	})
	t.Run("does not begin a session under a password that was not verified", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		session := newSession(u, noon)
		_, err := s.Sessions.Begin(s.ctx, session, domain.NewSecret("$hash$other"), 100)
		s.is(err, domain.ErrUserChanged)
		_, err = s.Sessions.Find(s.ctx, session.ID)
		s.is(err, domain.ErrSessionUnknown)
	})
	t.Run("does not begin a session of a disabled or unknown user", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		s.change(u, disabling(noon))
		_, err := s.Sessions.Begin(s.ctx, newSession(u, noon), u.PasswordHash, 100)
		s.is(err, domain.ErrUserChanged)
		stranger := newUser()
		_, err = s.Sessions.Begin(s.ctx, newSession(stranger, noon), stranger.PasswordHash, 100)
		s.is(err, domain.ErrUserChanged)
	})
	t.Run("ends the oldest live sessions when a login passes the maximum", func(t *testing.T) {
		// Ids that go with the age, and ids that go against it: neither order may stand in for it.
		endsTheOldest(on(t, storage), func(minute int) string { return fmt.Sprintf("%d-%s", minute, random()) })
		endsTheOldest(on(t, storage), func(minute int) string { return fmt.Sprintf("%d-%s", 9-minute, random()) })
	})
	t.Run("ends as many live sessions as are beyond a lower maximum", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		var old []domain.Session
		for i := range 4 {
			old = append(old, s.session(u, noon.Add(time.Duration(i)*time.Minute)))
		}
		_, stranger := s.begun()
		last := newSession(u, noon.Add(time.Hour/4))
		_, err := s.Sessions.Begin(s.ctx, last, u.PasswordHash, 2)
		s.ok(err, "begin")
		s.lists(u, last.CreatedAt, last, old[3])
		s.rotate(rotation(stranger, noon))
	})
	t.Run("rotates: the new token is current and the presented one replaced", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		at := noon.Add(time.Minute)
		r := rotation(session, at)
		state := s.rotate(r)
		want := domain.SessionState{Session: session.Rotated(r), Email: u.Email, UserEnabled: true}
		if state != want {
			t.Errorf("Rotate returned\n%+v, want\n%+v", state, want)
		}
		if got := s.state(session.ID); got != want {
			t.Errorf("Find returned\n%+v, want\n%+v", got, want)
		}
	})
	t.Run("rotates a session many times and remembers only the token just replaced", func(t *testing.T) {
		s := on(t, storage)
		_, session := s.begun()
		for i := range 20 {
			r := rotation(session, noon.Add(time.Duration(i)*time.Second))
			session = s.rotate(r).Session
			if session.Replaced != r.Presented || session.Current.ID != r.Next.ID {
				t.Fatalf("after rotation %d the session is %+v", i+1, session)
			}
		}
	})
	t.Run("changes nothing for any other token and returns the state that stands", func(t *testing.T) {
		s := on(t, storage)
		_, session := s.begun()
		r := rotation(session, noon.Add(time.Second))
		standing := s.rotate(r)
		forged := domain.NewTokenID(r.Next.ID.Generation(), random())
		for _, presented := range []domain.TokenID{session.Current.ID, forged, ""} {
			again := policy.Rotation(session.ID, presented, random(), noon.Add(time.Minute))
			if got := s.refused(again); got != standing {
				t.Errorf("presenting %q returned\n%+v, want\n%+v", presented, got, standing)
			}
		}
		if got := s.state(session.ID); got != standing {
			t.Errorf("the state is now\n%+v, want\n%+v", got, standing)
		}
	})
	t.Run("does not rotate one session with the token of another", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		other := s.session(u, noon)
		s.refused(policy.Rotation(session.ID, other.Current.ID, random(), noon))
		s.rotate(rotation(session, noon))
		s.rotate(rotation(other, noon))
	})
	t.Run("does not rotate a revoked session", func(t *testing.T) {
		s := on(t, storage)
		_, session := s.begun()
		_, err := s.SessionRegister.Revoke(s.ctx, session.ID, domain.ReasonOperator, noon)
		s.ok(err, "revoke")
		state := s.refused(rotation(session, noon.Add(time.Second)))
		if state.RevokedFor != domain.ReasonOperator || !state.RevokedAt.Equal(noon) {
			t.Errorf("the state says revoked at %v for %q", state.RevokedAt, state.RevokedFor)
		}
	})
	t.Run("does not rotate a session past its end, and does one microsecond before", func(t *testing.T) {
		s := on(t, storage)
		_, session := s.begun()
		s.refused(rotation(session, session.EndsAt))
		s.refused(rotation(session, session.EndsAt.Add(time.Hour)))
		state := s.rotate(rotation(session, session.EndsAt.Add(-time.Microsecond)))
		if !state.Current.ExpiresAt.Equal(session.EndsAt) {
			t.Errorf("the last token expires at %v, want the session's end %v", state.Current.ExpiresAt, session.EndsAt)
		}
		if !state.LastExpiry.Equal(session.EndsAt) {
			t.Errorf("the last expiry is %v, want %v", state.LastExpiry, session.EndsAt)
		}
	})
	t.Run("does not rotate for a disabled user, nor after the user is enabled again", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		s.change(u, disabling(noon))
		if state := s.refused(rotation(session, noon)); state.UserEnabled {
			t.Error("the state says that the user is enabled")
		}
		s.change(u, enabling(noon))
		s.refused(rotation(session, noon))
	})
	t.Run("does not rotate for a removed user", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		_, err := s.UserRegister.Remove(s.ctx, u.ID, noon)
		s.ok(err, "remove")
		state := s.refused(rotation(session, noon))
		if state.UserEnabled || state.Email != "" {
			t.Errorf("the state says enabled=%v email=%q, want neither", state.UserEnabled, state.Email)
		}
	})
	t.Run("returns the user's address as it is now", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		moved := newUser().Email
		s.change(u, newEmail(moved, noon))
		if state := s.rotate(rotation(session, noon)); state.Email != moved {
			t.Errorf("the state's address is %q, want %q", state.Email, moved)
		}
	})
	t.Run("keeps the latest expiry of any token", func(t *testing.T) {
		s := on(t, storage)
		_, session := s.begun()
		shorter := policy
		shorter.TokenLifetime = time.Minute
		state := s.rotate(shorter.Rotation(session.ID, session.Current.ID, random(), noon))
		if !state.LastExpiry.Equal(session.LastExpiry) {
			t.Errorf("the last expiry is %v, want that of the first token, %v", state.LastExpiry, session.LastExpiry)
		}
	})
	t.Run("says that an unknown session is unknown", func(t *testing.T) {
		s := on(t, storage)
		_, _, err := s.Sessions.Rotate(s.ctx, policy.Rotation("unknown", domain.NewTokenID(1, random()), random(), noon))
		s.is(err, domain.ErrSessionUnknown)
		_, err = s.Sessions.Find(s.ctx, "unknown")
		s.is(err, domain.ErrSessionUnknown)
	})
	t.Run("restarts the grace of the token just replaced, forward only", func(t *testing.T) {
		restartsGrace(on(t, storage))
	})
}

func endsTheOldest(s stage, id func(minute int) string) {
	u := s.user()
	var begun []domain.Session
	begin := func(minute int) {
		session := newSession(u, noon.Add(time.Duration(minute)*time.Minute))
		session.ID = id(minute)
		_, err := s.Sessions.Begin(s.ctx, session, u.PasswordHash, 3)
		s.ok(err, "begin")
		begun = append(begun, session)
	}
	// Out of their order of age, so that the order of storing cannot stand in for it. The ended one and the idle one do
	// not count.
	for _, minute := range []int{3, 1, 2} {
		begin(minute)
	}
	_, err := s.SessionRegister.Revoke(s.ctx, begun[0].ID, domain.ReasonOperator, noon)
	s.ok(err, "revoke")
	begin(4)
	for i, session := range begun[1:] {
		if got := s.state(session.ID); !got.RevokedAt.IsZero() {
			s.t.Fatalf("session %d was ended although only three were live", i+2)
		}
	}
	begin(5)
	var ended []string
	for i, session := range begun {
		if s.state(session.ID).RevokedFor == domain.ReasonTooMany {
			ended = append(ended, fmt.Sprint(i))
		}
	}
	if !slices.Equal(ended, []string{"1"}) {
		s.t.Fatalf("sessions %v were ended, want the oldest live one, 1", ended)
	}
	begin(60)
	for _, i := range []int{2, 3, 4} {
		if got := s.state(begun[i].ID); !got.RevokedAt.IsZero() {
			s.t.Errorf("session %d was ended to make room, although all were idle", i)
		}
	}
}

func restartsGrace(s stage) {
	u, session := s.begun()
	r := rotation(session, noon)
	// No two sessions of ours have a token in common, but an id is an id.
	twin := newSession(u, noon)
	twin.Current.ID = session.Current.ID
	_, err := s.Sessions.Begin(s.ctx, twin, u.PasswordHash, 100)
	s.ok(err, "begin")
	untouched := s.rotate(rotation(twin, noon))
	state := s.rotate(r)
	later := noon.Add(time.Minute)
	restart := func(id domain.TokenID, at time.Time) domain.SessionState {
		s.t.Helper()
		s.ok(s.Sessions.RestartGrace(s.ctx, session.ID, id, at), "restart the grace")
		return s.state(session.ID)
	}
	if got := restart(domain.NewTokenID(1, random()), later); got != state {
		s.t.Fatalf("another token's grace changed the state to %+v", got)
	}
	state.ReplacedAt = later
	if got := restart(r.Presented, later); got != state {
		s.t.Fatalf("the state is\n%+v, want\n%+v", got, state)
	}
	if got := s.state(twin.ID); got != untouched {
		s.t.Fatalf("another session's state changed to %+v", got)
	}
	if got := restart(r.Presented, noon); got != state {
		s.t.Fatalf("the grace went back to %v", got.ReplacedAt)
	}
	s.ok(s.Sessions.RestartGrace(s.ctx, "unknown", r.Presented, later), "restart the grace of an unknown session")
	s.rotate(rotation(state.Session, later))
}
