package contract

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Storage is one storage seen through the ports that share it.
type Storage struct {
	Sessions        ports.SessionStore
	SessionRegister ports.SessionRegister
	Users           ports.UserStore
	UserRegister    ports.UserRegister
	Attempts        ports.AttemptStore
	Events          ports.EventStore
	// Original says that every account came from the original, so that no untracked token may be older than its account.
	Original bool
}

// Stores checks every sentence of ports.SessionStore, SessionRegister, UserStore, UserRegister, AttemptStore and
// EventStore. open may return
// a storage that holds other tests' users and sessions; it is called once for each part of the suite.
func Stores(t *testing.T, open func(*testing.T) Storage) {
	t.Run("SessionStore", func(t *testing.T) { sessionStore(t, open(t)) })
	t.Run("TakeIn", func(t *testing.T) { takeIn(t, open(t)) })
	t.Run("SessionRegister", func(t *testing.T) { sessionRegister(t, open(t)) })
	t.Run("UserStore", func(t *testing.T) { userStore(t, open(t)) })
	t.Run("UserRegister", func(t *testing.T) { userRegister(t, open(t)) })
	t.Run("AttemptStore", func(t *testing.T) { attemptStore(t, open(t)) })
	t.Run("EventStore", func(t *testing.T) { eventStore(t, open(t)) })
	t.Run("Races", func(t *testing.T) { races(t, open(t)) })
}

// The policy and the instant of most tests. The instant has microseconds, which every storage must keep.
var (
	policy = domain.Policy{
		TokenLifetime: 30 * time.Minute, SessionMaxAge: 720 * time.Hour, RefreshGrace: 10 * time.Second, MaxSessions: 100,
	}
	noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
)

// stage is a storage with helpers that make what a test needs.
type stage struct {
	Storage
	t   *testing.T
	ctx context.Context
}

func on(t *testing.T, s Storage) stage { return stage{Storage: s, t: t, ctx: t.Context()} }

func random() string {
	var bits [16]byte
	_, _ = rand.Read(bits[:])
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

func newUser() domain.User {
	id := random()
	return domain.User{
		ID: id, Email: "user-" + strings.ToLower(id) + "@example.com", Name: "José d'Ávila",
		PasswordHash: domain.NewSecret("$hash$" + id), Enabled: true, CreatedAt: noon,
	}
}

func newSession(u domain.User, at time.Time) domain.Session {
	ends := policy.SessionEnd(at)
	first := policy.FirstToken(random(), at, ends)
	return domain.Session{
		ID: random(), UserID: u.ID, CreatedAt: at, EndsAt: ends,
		Client:  domain.Client{Address: "192.0.2.7", UserAgent: "Navegação/1.0"},
		Current: first, LastExpiry: first.ExpiresAt,
	}
}

// user adds a user.
func (s stage) user() domain.User {
	s.t.Helper()
	u := newUser()
	s.ok(s.UserRegister.Add(s.ctx, u), "add a user")
	return u
}

// session begins a session of u at `at`.
func (s stage) session(u domain.User, at time.Time) domain.Session {
	s.t.Helper()
	session := newSession(u, at)
	_, err := s.Sessions.Begin(s.ctx, session, u.PasswordHash, policy.MaxSessions)
	s.ok(err, "begin a session")
	return session
}

// begun adds a user and begins a session.
func (s stage) begun() (domain.User, domain.Session) {
	s.t.Helper()
	u := s.user()
	return u, s.session(u, noon)
}

// rotation replaces the session's current token.
func rotation(session domain.Session, at time.Time) domain.Rotation {
	return policy.Rotation(session.ID, session.Current.ID, random(), at)
}

// rotate must swap, and returns the state that stands.
func (s stage) rotate(r domain.Rotation) domain.SessionState {
	s.t.Helper()
	state, swapped, err := s.Sessions.Rotate(s.ctx, r)
	s.ok(err, "rotate")
	if !swapped {
		s.t.Fatalf("the rotation did not swap; the state is %+v", state)
	}
	return state
}

// refused must not swap, and returns the state that stands.
func (s stage) refused(r domain.Rotation) domain.SessionState {
	s.t.Helper()
	state, swapped, err := s.Sessions.Rotate(s.ctx, r)
	s.ok(err, "rotate")
	if swapped {
		s.t.Fatalf("the rotation swapped and should not have; the state is %+v", state)
	}
	return state
}

func (s stage) state(id string) domain.SessionState {
	s.t.Helper()
	state, err := s.Sessions.Find(s.ctx, id)
	s.ok(err, "find a session")
	return state
}

func (s stage) change(u domain.User, c domain.UserChange) int {
	s.t.Helper()
	n, err := s.UserRegister.Change(s.ctx, u.ID, c)
	s.ok(err, "change a user")
	return n
}

func (s stage) ok(err error, doing string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v", doing, err)
	}
}

func (s stage) is(err, want error) {
	s.t.Helper()
	if !errors.Is(err, want) {
		s.t.Fatalf("the error is %v, want %v", err, want)
	}
}

func (s stage) same(got, want domain.Session) {
	s.t.Helper()
	if got != want {
		s.t.Fatalf("the session is\n%+v, want\n%+v", got, want)
	}
}

func disabling(at time.Time) domain.UserChange {
	off := false
	return domain.UserChange{Enabled: &off, At: at}
}

func enabling(at time.Time) domain.UserChange {
	on := true
	return domain.UserChange{Enabled: &on, At: at}
}

func newPassword(at time.Time) domain.UserChange {
	hash := domain.NewSecret("$hash$" + random())
	return domain.UserChange{PasswordHash: &hash, At: at}
}

func newEmail(email string, at time.Time) domain.UserChange {
	return domain.UserChange{Email: &email, At: at}
}

// together runs the calls at the same moment and waits for all.
func together(calls ...func()) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	for _, call := range calls {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-start
			call()
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

// repeated is n times the same call.
func repeated(n int, call func()) []func() {
	calls := make([]func(), n)
	for i := range calls {
		calls[i] = call
	}
	return calls
}
