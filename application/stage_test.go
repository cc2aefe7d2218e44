package application_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

const (
	maria    = "maria@example.com"
	password = "correct horse battery"
)

// noon has microseconds, so that nothing passes by rounding.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

var browser = domain.NewClient("192.0.2.7", "Browser/1.0")

// stage is the world of one test. A test replaces what it wants to, and then opens the program.
type stage struct {
	t            *testing.T
	policy       domain.Policy
	clock        *clock
	audit        *auditLog
	passwords    *passwords
	tokens       ports.TokenSigner
	sessions     ports.SessionStore
	register     ports.SessionRegister
	users        ports.UserStore
	userRegister ports.UserRegister
	attempts     ports.AttemptStore
	events       ports.EventStore
	turn         ports.Turn
	limits       domain.LoginLimits
}

func newStage(t *testing.T) *stage {
	storage := memory.New()
	return &stage{
		t: t,
		policy: domain.Policy{
			TokenLifetime: 30 * time.Minute, SessionMaxAge: 720 * time.Hour, RefreshGrace: 10 * time.Second,
			MaxSessions: 100, RevokeReused: true, EventsMaxAge: 2160 * time.Hour, Untracked: domain.UntrackedPolicy{Accept: true},
		},
		clock:        &clock{now: noon},
		audit:        &auditLog{},
		passwords:    &passwords{},
		tokens:       jwtsign.New(domain.NewSecret("a key of more than thirty-two bytes, for tests"), nil),
		sessions:     memory.NewSessionStore(storage),
		register:     memory.NewSessionRegister(storage),
		users:        memory.NewUserStore(storage),
		userRegister: memory.NewUserRegister(storage),
		attempts:     memory.NewAttemptStore(storage),
		events:       memory.NewEventStore(storage),
		turn:         memory.NewTurn(storage),
		limits:       domain.LoginLimits{Account: 10, Address: 200, Window: 5 * time.Minute, KnownFor: 720 * time.Hour},
	}
}

// program is one running copy of the service: every use case over the stage's ports.
type program struct {
	*stage
	login          *application.Login
	refresh        *application.RefreshToken
	present        *application.Present
	settle         *application.SettleRefreshes
	addUser        *application.AddUser
	listUsers      *application.ListUsers
	showUser       *application.ShowUser
	changeUser     *application.ChangeUser
	unlockUser     *application.UnlockUser
	removeUser     *application.RemoveUser
	listSessions   *application.ListSessions
	revokeSessions *application.RevokeSessions
	pruneSessions  *application.PruneSessions
	pruneRecords   *application.PruneRecords
	keepHouse      *application.KeepHouse
	listEvents     *application.ListEvents
	authenticate   *application.Authenticate
	logout         *application.Logout
	showCaller     *application.ShowCaller
	changePassword *application.ChangePassword
	listOwn        *application.ListOwnSessions
	endOwn         *application.EndOwnSession
	introspect     *application.Introspect
	revokeToken    *application.RevokeToken
}

// open starts the program over the ports as they are now. Opened twice it is two replicas over one storage.
func (s *stage) open() *program {
	ids, clock := uuidv7.IDs{}, s.clock.read
	mint := application.NewMint(s.tokens, ids, s.policy)
	present := application.NewPresent(s.tokens, s.users, s.sessions, s.policy, clock, s.audit)
	unanswered := application.NewUnanswered(s.policy)
	authenticate := application.NewAuthenticate(present, s.sessions, unanswered, s.policy)
	guard := application.NewPasswordGuard(s.passwords, s.attempts, s.limits, clock, s.audit)
	pruneSessions := application.NewPruneSessions(s.register, s.policy, clock)
	pruneRecords := application.NewPruneRecords(s.events, s.attempts, s.policy, clock)
	return &program{
		stage:          s,
		login:          application.NewLogin(s.users, s.sessions, guard, mint, clock, s.audit),
		refresh:        application.NewRefreshToken(present, s.sessions, s.register, mint, unanswered, s.audit),
		present:        present,
		settle:         application.NewSettleRefreshes(s.sessions, unanswered, s.policy, clock),
		addUser:        application.NewAddUser(s.userRegister, s.passwords, rules, ids, clock, s.audit),
		listUsers:      application.NewListUsers(s.userRegister),
		showUser:       application.NewShowUser(s.users, s.attempts, s.limits, clock),
		changeUser:     application.NewChangeUser(s.users, s.userRegister, s.passwords, rules, clock, s.audit),
		unlockUser:     application.NewUnlockUser(s.users, s.attempts, clock, s.audit),
		removeUser:     application.NewRemoveUser(s.users, s.userRegister, s.attempts, s.events, clock, s.audit),
		listSessions:   application.NewListSessions(s.users, s.register, clock),
		revokeSessions: application.NewRevokeSessions(s.users, s.register, clock, s.audit),
		pruneSessions:  pruneSessions,
		pruneRecords:   pruneRecords,
		keepHouse:      application.NewKeepHouse(s.turn, pruneSessions, pruneRecords),
		listEvents:     application.NewListEvents(s.users, s.events, clock),
		authenticate:   authenticate,
		logout:         application.NewLogout(present, s.sessions, s.register, s.audit),
		showCaller:     application.NewShowCaller(authenticate, s.users),
		changePassword: application.NewChangePassword(authenticate, s.users, s.userRegister, guard, rules, s.audit),
		listOwn:        application.NewListOwnSessions(authenticate, s.register),
		endOwn:         application.NewEndOwnSession(authenticate, s.sessions, s.register, s.audit),
		introspect:     application.NewIntrospect(authenticate, s.policy),
		revokeToken:    application.NewRevokeToken(present, s.register, s.audit),
	}
}

func (s *stage) ctx() context.Context { return s.t.Context() }

// added adds an enabled user with the usual password, past the use cases and their events.
func (s *stage) added(email string) domain.User {
	s.t.Helper()
	u := domain.User{
		ID: uuidv7.IDs{}.New(), Email: email, Name: "Maria", PasswordHash: s.passwords.hash(password),
		Enabled: true, CreatedAt: s.clock.read(),
	}
	s.ok(s.userRegister.Add(s.ctx(), u))
	return u
}

// changed changes a user behind the program's back.
func (s *stage) changed(u domain.User, c domain.UserChange) {
	s.t.Helper()
	c.At = s.clock.read()
	_, err := s.userRegister.Change(s.ctx(), u.ID, c)
	s.ok(err)
}

func (s *stage) state(sessionID string) domain.SessionState {
	s.t.Helper()
	state, err := s.sessions.Find(s.ctx(), sessionID)
	s.ok(err)
	return state
}

func (s *stage) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("failed: %v", err)
	}
}

// is also checks that no second refusal or fault hides in err, since the edge would answer with whichever it finds.
func (s *stage) is(err, want error) {
	s.t.Helper()
	if !errors.Is(err, want) {
		s.t.Fatalf("the error is %v, want %v", err, want)
	}
	for _, other := range []error{
		domain.ErrUnavailable, domain.ErrBusy, domain.ErrBadCredentials, domain.ErrTokenReused,
		domain.ErrSessionEnded, domain.ErrSessionUnknown, domain.ErrTokenExpired, domain.ErrUserChanged,
	} {
		if !errors.Is(want, other) && errors.Is(err, other) {
			s.t.Fatalf("the error %v is %v too, want only %v", err, other, want)
		}
	}
}
