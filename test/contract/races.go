package contract

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// A race shows every time in about ten rounds of two dozen callers.
const (
	rounds  = 10
	callers = 24
)

func races(t *testing.T, storage Storage) {
	each := func(name string, round func(stage)) {
		t.Run(name, func(t *testing.T) {
			for range rounds {
				round(on(t, storage))
			}
		})
	}
	each("of many rotations with one token exactly one swaps, and all see its state", oneRotationSwaps)
	each("no rotation survives a revocation", func(s stage) {
		s.rotationAgainst(func(_ domain.User, session domain.Session) error {
			_, err := s.SessionRegister.Revoke(s.ctx, session.ID, domain.ReasonReuse, noon)
			return err
		})
	})
	each("no rotation survives a revocation of all the user's sessions", func(s stage) {
		s.rotationAgainst(func(u domain.User, _ domain.Session) error {
			_, err := s.SessionRegister.RevokeUser(s.ctx, u.ID, "", domain.ReasonOperator, noon)
			return err
		})
	})
	for what, end := range userEnds {
		each("no rotation survives "+what, func(s stage) {
			s.rotationAgainst(func(u domain.User, _ domain.Session) error { return end(s, u) })
		})
		each("no login survives "+what, func(s stage) { s.loginAgainst(end) })
		each("no taking in survives "+what, func(s stage) { s.takingInAgainst(end) })
	}
	each("no taking in survives a revocation of all the user's sessions", func(s stage) {
		s.takingInAgainst(func(s stage, u domain.User) error {
			_, err := s.SessionRegister.RevokeUser(s.ctx, u.ID, "", domain.ReasonOperator, noon)
			return err
		})
	})
	each("no taking in survives a change of address", func(s stage) {
		s.takingInAgainst(func(s stage, u domain.User) error {
			if _, err := s.UserRegister.Change(s.ctx, u.ID, newEmail(newUser().Email, noon)); err != nil {
				return err
			}
			// The sessions of the user stay; what was taken in before is lawful.
			_, err := s.SessionRegister.RevokeUser(s.ctx, u.ID, "", domain.ReasonOperator, noon.Add(-24*time.Hour))
			return err
		})
	})
	each("an address that is left while it is being changed or removed is left for good", leavesInTurn)
	each("no session that was rotated is pruned", rotatesWhatIsPruned)
	each("many log-ins at once keep to the maximum of sessions", manyLogins)
	each("one untracked token is taken in once", takenInOnce)
	each("one address is added once", addedOnce)
	each("one hash is replaced once", rehashedOnce)
	each("of many changes under one verified hash exactly one is made", changedOnce)
	each("no login and no taking in survives a change of password that spares a session", func(s stage) {
		s.loginAgainst(changeSparing)
		s.takingInAgainst(changeSparing)
	})
	each("rotations of many sessions beside revocations, log-ins and prunings all answer", nobodyDeadlocks)
	// The last: from then on no untracked token counts that is older, whoever's it is.
	at := noon
	each("no taking in survives a revocation of everything", func(s stage) {
		at = at.Add(time.Hour)
		s.takingInAgainstTheEnd(at)
	})
}

// userEnds are the changes of a user that end every session.
var userEnds = map[string]func(s stage, u domain.User) error{
	"a disabling": func(s stage, u domain.User) error {
		_, err := s.UserRegister.Change(s.ctx, u.ID, disabling(noon))
		return err
	},
	"a change of password": func(s stage, u domain.User) error {
		_, err := s.UserRegister.Change(s.ctx, u.ID, newPassword(noon))
		return err
	},
	"a removal": func(s stage, u domain.User) error {
		_, err := s.UserRegister.Remove(s.ctx, u.ID, noon)
		return err
	},
}

func oneRotationSwaps(s stage) {
	_, session := s.begun()
	var swaps atomic.Int32
	states := make(chan domain.SessionState, callers)
	together(repeated(callers, func() {
		state, swapped, err := s.Sessions.Rotate(s.ctx, rotation(session, noon))
		if err != nil {
			s.t.Errorf("rotate: %v", err)
		}
		if swapped {
			swaps.Add(1)
		}
		states <- state
	})...)
	close(states)
	if swaps.Load() != 1 {
		s.t.Fatalf("%d of %d rotations with one token swapped, want 1", swaps.Load(), callers)
	}
	want := s.state(session.ID)
	for state := range states {
		if state != want {
			s.t.Fatalf("a caller saw\n%+v, but what stands is\n%+v", state, want)
		}
	}
}

// rotationAgainst rotates a session again and again while end ends it. Once end has returned nothing swaps any more.
func (s stage) rotationAgainst(end func(domain.User, domain.Session) error) {
	u, session := s.begun()
	var ended atomic.Bool
	together(
		func() {
			mine := session
			for range callers {
				tooLate := ended.Load()
				state, swapped, err := s.Sessions.Rotate(s.ctx, rotation(mine, noon))
				switch {
				case err != nil:
					s.t.Errorf("rotate: %v", err)
				case swapped && tooLate:
					s.t.Error("a rotation that began after the session had ended swapped")
				case !swapped:
					return
				}
				mine = state.Session
			}
		},
		func() {
			if err := end(u, session); err != nil {
				s.t.Errorf("end the session: %v", err)
			}
			ended.Store(true)
		},
	)
	if state := s.state(session.ID); state.RevokedAt.IsZero() {
		s.t.Fatalf("the session is not revoked: %+v", state)
	}
	s.refused(policy.Rotation(session.ID, s.state(session.ID).Current.ID, random(), noon))
}

// loginAgainst begins sessions while end changes the user. No session that was begun is left live.
func (s stage) loginAgainst(end func(stage, domain.User) error) {
	u := s.user()
	calls := repeated(callers/4, func() {
		_, err := s.Sessions.Begin(s.ctx, newSession(u, noon), u.PasswordHash, 100)
		if err != nil && !errors.Is(err, domain.ErrUserChanged) {
			s.t.Errorf("begin a session: %v", err)
		}
	})
	together(append(calls, func() {
		if err := end(s, u); err != nil {
			s.t.Errorf("change the user: %v", err)
		}
	})...)
	s.lists(u, noon)
}

// takingInAgainst takes in untracked tokens that are older than what end does. None is left live.
func (s stage) takingInAgainst(end func(stage, domain.User) error) {
	u := s.user()
	calls := repeated(callers/4, func() {
		if err := s.takesIn(u, noon); err != nil && !errors.Is(err, domain.ErrUserChanged) && !errors.Is(err, domain.ErrTokenOutdated) {
			s.t.Errorf("take in: %v", err)
		}
	})
	together(append(calls, func() {
		if err := end(s, u); err != nil {
			s.t.Errorf("change the user: %v", err)
		}
	})...)
	s.lists(u, noon)
}

// takesIn takes in a new untracked token of the user that is a minute older than at.
func (s stage) takesIn(u domain.User, at time.Time) error {
	claims := domain.Claims{Subject: u.Email, ExpiresAt: at.Add(time.Hour).Truncate(time.Second)}
	session := policy.UntrackedSession("token."+random(), claims, u.ID, domain.Client{}, at)
	return s.Sessions.TakeIn(s.ctx, session, u.Email, at.Add(-time.Minute), 100)
}

// takingInAgainstTheEnd takes in untracked tokens of many users, again and again, while everything is ended at `at`. None
// is left live.
func (s stage) takingInAgainstTheEnd(at time.Time) {
	var users []domain.User
	var calls []func()
	begun := make(chan struct{}, callers)
	for range callers / 2 {
		u := s.user()
		users = append(users, u)
		calls = append(calls, func() {
			err := s.takesIn(u, at)
			for begun <- struct{}{}; err == nil; err = s.takesIn(u, at) {
			}
			if !errors.Is(err, domain.ErrTokenOutdated) {
				s.t.Errorf("take in: %v", err)
			}
		})
	}
	together(append(calls, func() {
		for range users {
			<-begun
		}
		// In one step: many would find what was taken in meanwhile.
		if _, _, err := s.SessionRegister.RevokeAll(s.ctx, domain.ReasonOperator, at, "", 1_000_000); err != nil {
			s.t.Errorf("revoke all: %v", err)
		}
	})...)
	for _, u := range users {
		s.lists(u, at)
	}
}

// leavesInTurn changes an address while a later event makes its user leave it again. Whichever comes second has to see
// what the first did: no token that is older than the leaving counts for the address.
func leavesInTurn(s stage) {
	u, later := s.user(), noon.Add(time.Hour)
	between := newUser().Email
	leave := func() error {
		_, err := s.UserRegister.Change(s.ctx, u.ID, newEmail(newUser().Email, later))
		return err
	}
	if random()[0]%2 == 0 {
		leave = func() error {
			_, err := s.UserRegister.Remove(s.ctx, u.ID, later)
			return err
		}
	}
	var changed error
	together(
		func() { _, changed = s.UserRegister.Change(s.ctx, u.ID, newEmail(between, noon)) },
		func() {
			if err := leave(); err != nil {
				s.t.Errorf("leave the address: %v", err)
			}
		},
	)
	if errors.Is(changed, domain.ErrUserUnknown) {
		return // the removal came first
	}
	s.ok(changed, "change the address")
	if _, err := s.Users.FindByEmail(s.ctx, between); err == nil {
		return // the other change came first
	}
	heir := newUser()
	heir.Email = between
	s.ok(s.UserRegister.Add(s.ctx, heir), "add the heir of an address")
	claims := domain.Claims{Subject: between, ExpiresAt: later.Truncate(time.Second)}
	session := policy.UntrackedSession("token."+random(), claims, heir.ID, domain.Client{}, later)
	err := s.Sessions.TakeIn(s.ctx, session, between, later.Add(-time.Minute), 100)
	s.is(err, domain.ErrTokenOutdated)
}

// rotatesWhatIsPruned rotates sessions whose tokens have all expired while they are being pruned. Each is pruned first or
// rotated first, and then it stays. It works far from every other test's time, so that it deletes only what it made.
func rotatesWhatIsPruned(s stage) {
	past := noon.AddDate(-12, 0, 0)
	expired := past.Add(policy.TokenLifetime + time.Minute)
	u := s.user()
	var calls []func()
	sessions, rotated := make([]domain.Session, callers), make([]bool, callers)
	for i := range sessions {
		sessions[i] = s.session(u, past)
		calls = append(calls, func() {
			_, swapped, err := s.Sessions.Rotate(s.ctx, rotation(sessions[i], expired))
			if rotated[i] = swapped; err != nil && !errors.Is(err, domain.ErrSessionUnknown) {
				s.t.Errorf("rotate: %v", err)
			}
		})
	}
	together(append(calls, repeated(3, func() {
		if _, _, err := s.SessionRegister.Prune(s.ctx, expired, "", 10_000); err != nil {
			s.t.Errorf("prune: %v", err)
		}
	})...)...)
	for i, session := range sessions {
		if _, err := s.Sessions.Find(s.ctx, session.ID); rotated[i] == errors.Is(err, domain.ErrSessionUnknown) {
			s.t.Fatalf("rotated=%v, and then the session is found with %v", rotated[i], err)
		}
	}
}

func manyLogins(s stage) {
	const limit = 3
	u := s.user()
	together(repeated(callers, func() {
		_, err := s.Sessions.Begin(s.ctx, newSession(u, noon), u.PasswordHash, limit)
		if err != nil {
			s.t.Errorf("begin a session: %v", err)
		}
	})...)
	live, err := s.SessionRegister.List(s.ctx, u.ID, noon)
	s.ok(err, "list")
	if len(live) != limit {
		s.t.Fatalf("%d sessions are live, want %d", len(live), limit)
	}
}

func takenInOnce(s stage) {
	u := s.user()
	claims := domain.Claims{Subject: u.Email, ExpiresAt: noon.Add(time.Hour).Truncate(time.Second)}
	session := policy.UntrackedSession("token."+random(), claims, u.ID, domain.Client{}, noon)
	var swaps atomic.Int32
	together(repeated(callers, func() {
		if err := s.Sessions.TakeIn(s.ctx, session, u.Email, noon, 100); err != nil {
			s.t.Errorf("take in: %v", err)
		}
		_, swapped, err := s.Sessions.Rotate(s.ctx, rotation(session, noon))
		if err != nil {
			s.t.Errorf("rotate: %v", err)
		}
		if swapped {
			swaps.Add(1)
		}
	})...)
	if swaps.Load() != 1 {
		s.t.Fatalf("one untracked token was rotated %d times, want once", swaps.Load())
	}
}

func addedOnce(s stage) {
	u := newUser()
	var added atomic.Int32
	together(repeated(callers, func() {
		mine := u
		mine.ID = random()
		switch err := s.UserRegister.Add(s.ctx, mine); {
		case err == nil:
			added.Add(1)
		case !errors.Is(err, domain.ErrEmailTaken):
			s.t.Errorf("add: %v", err)
		}
	})...)
	if added.Load() != 1 {
		s.t.Fatalf("one address was added %d times, want once", added.Load())
	}
}

func rehashedOnce(s stage) {
	u := s.user()
	var swaps atomic.Int32
	together(repeated(callers, func() {
		swapped, err := s.Users.Rehash(s.ctx, u.ID, u.PasswordHash, domain.NewSecret("$hash$"+random()))
		if err != nil {
			s.t.Errorf("re-hash: %v", err)
		}
		if swapped {
			swaps.Add(1)
		}
	})...)
	if swaps.Load() != 1 {
		s.t.Fatalf("one hash was replaced %d times, want once", swaps.Load())
	}
}

func nobodyDeadlocks(s stage) {
	u := s.user()
	var calls []func()
	call := func(what string, do func() error) {
		calls = append(calls, func() {
			if err := do(); err != nil && !errors.Is(err, domain.ErrUserChanged) {
				s.t.Errorf("%s: %v", what, err)
			}
		})
	}
	for i := range callers {
		session := s.session(u, noon.Add(time.Duration(i)*time.Second))
		call("rotate", func() error {
			for range 5 {
				state, swapped, err := s.Sessions.Rotate(s.ctx, rotation(session, noon))
				if err != nil || !swapped {
					return err
				}
				session = state.Session
			}
			return nil
		})
	}
	call("revoke the user's sessions", func() error {
		_, err := s.SessionRegister.RevokeUser(s.ctx, u.ID, "", domain.ReasonOperator, noon)
		return err
	})
	call("change the password", func() error {
		_, err := s.UserRegister.Change(s.ctx, u.ID, newPassword(noon))
		return err
	})
	call("log in", func() error {
		_, err := s.Sessions.Begin(s.ctx, newSession(u, noon), u.PasswordHash, 2)
		return err
	})
	call("revoke all", func() error {
		_, _, err := s.SessionRegister.RevokeAll(s.ctx, domain.ReasonOperator, noon, "", 1000)
		return err
	})
	call("prune", func() error {
		_, _, err := s.SessionRegister.Prune(s.ctx, noon.AddDate(-20, 0, 0), "", 100)
		return err
	})
	together(calls...)
}
