package model

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

// Rotation plays random sequences to the storage that open returns, which may hold anything. It takes about 3000 steps
// unless the flags -rapid.checks and -rapid.steps say otherwise: a database has to do each of them.
func Rotation(t *testing.T, open func(*testing.T) contract.Storage) {
	byDefault(t, "rapid.checks", "80")
	byDefault(t, "rapid.steps", "40")
	storage := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := newPlayer(t.Context(), rt, storage)
		rt.Repeat(map[string]func(*rapid.T){
			"log in":            p.logIn,
			"log in once more":  p.logIn,
			"refresh":           p.refreshCurrent,
			"refresh once more": p.refreshCurrent,
			"retry":             p.retryReplaced,
			"replay":            p.replayOlder,
			"mix two sessions":  p.mixSessions,
			"present untracked": p.presentUntracked,
			"ask who it is":     p.authenticateAny,
			"log out":           p.logOut,
			"change password":   p.changeOwnPassword,
			"end a session":     p.endOwnSession,
			"change a user":     p.changeUser,
			"revoke a session":  p.revokeSession,
			"prune":             p.prune,
			"let time pass":     p.letTimePass,
			"present at border": p.presentAtBorder,
			"":                  p.compareLists,
		})
	})
}

// byDefault sets a flag that nobody has set.
func byDefault(t *testing.T, name, value string) {
	t.Helper()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	f := flag.Lookup(name)
	before := f.Value.String()
	t.Cleanup(func() { _ = f.Value.Set(before) })
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
}

// noon has microseconds, so that nothing passes by rounding.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

// player does everything twice: to the use cases, and to the model.
type player struct {
	world
	ctx   context.Context
	clock clock
	// furthest is the latest that the clock has shown.
	furthest time.Time
	steps    int
	// emails are the addresses that users have and change between.
	emails    []string
	untracked []untracked
	signer    ports.TokenSigner
	sessions  ports.SessionStore

	login          *application.Login
	refresh        *application.RefreshToken
	addUser        *application.AddUser
	changes        *application.ChangeUser
	removeUser     *application.RemoveUser
	listSessions   *application.ListSessions
	revokeSessions *application.RevokeSessions
	pruneSessions  *application.PruneSessions
	authenticate   *application.Authenticate
	logout         *application.Logout
	changePassword *application.ChangePassword
	endOwn         *application.EndOwnSession
}

func newPlayer(ctx context.Context, t *rapid.T, s contract.Storage) *player {
	p := &player{
		world: world{addressCut: make(map[string]time.Time)}, ctx: ctx, clock: clock{now: noon}, furthest: noon,
		signer: jwtsign.New(domain.NewSecret("a key of more than thirty-two bytes, for tests"), nil), sessions: s.Sessions,
	}
	p.open(s)
	// Addresses that no sequence before this one has used, since the storage may be the same.
	run := strings.ToLower(ids{}.New())
	for _, name := range []string{"ana", "bia", "caio"} {
		p.emails = append(p.emails, fmt.Sprintf("%s-%s@example.com", name, run))
	}
	p.add(t, p.emails[0])
	p.add(t, p.emails[1])
	return p
}

func (p *player) open(s contract.Storage) {
	policy := domain.Policy{
		TokenLifetime: lifetime, SessionMaxAge: maxAge, RefreshGrace: grace, MaxSessions: most,
		RevokeReused: true, Untracked: domain.UntrackedPolicy{Accept: true},
	}
	rules := domain.PasswordRules{Common: func(string) bool { return false }}
	clock := ports.Clock(p.clock.read)
	mint := application.NewMint(p.signer, ids{}, policy)
	present := application.NewPresent(p.signer, s.Users, s.Sessions, policy, clock, noAudit{})
	unanswered := application.NewUnanswered(policy)
	guard := application.NewPasswordGuard(passwords{}, s.Attempts, domain.LoginLimits{}, clock, noAudit{})
	p.login = application.NewLogin(s.Users, s.Sessions, guard, mint, clock, noAudit{})
	p.refresh = application.NewRefreshToken(present, s.Sessions, s.SessionRegister, mint, unanswered, noAudit{})
	p.addUser = application.NewAddUser(s.UserRegister, passwords{}, rules, ids{}, clock, noAudit{})
	p.changes = application.NewChangeUser(s.Users, s.UserRegister, passwords{}, rules, clock, noAudit{})
	p.removeUser = application.NewRemoveUser(s.Users, s.UserRegister, s.Attempts, s.Events, clock, noAudit{})
	p.listSessions = application.NewListSessions(s.Users, s.SessionRegister, clock)
	p.revokeSessions = application.NewRevokeSessions(s.Users, s.SessionRegister, clock, noAudit{})
	p.authenticate = application.NewAuthenticate(present, s.Sessions, unanswered, policy)
	p.logout = application.NewLogout(present, s.Sessions, s.SessionRegister, noAudit{})
	p.changePassword = application.NewChangePassword(p.authenticate, s.Users, s.UserRegister, guard, rules, noAudit{})
	p.endOwn = application.NewEndOwnSession(p.authenticate, s.Sessions, s.SessionRegister, noAudit{})
	p.pruneSessions = application.NewPruneSessions(s.SessionRegister, policy, clock)
}

// compareLists compares the sessions of one address with the model's, another one after each step.
func (p *player) compareLists(t *rapid.T) {
	p.steps++
	email := p.emails[p.steps%len(p.emails)]
	sessions, err := p.listSessions.Do(p.ctx, email)
	owner := p.named(email)
	if owner == nil {
		is(t, err, domain.ErrUserUnknown)
		return
	}
	is(t, err, nil)
	var got, want []string
	for _, s := range sessions {
		got = append(got, s.ID)
	}
	for _, s := range p.liveOf(owner, p.clock.now) {
		want = append(want, s.id)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("the live sessions of %s are %v, want %v", email, got, want)
	}
}

// is fails unless err is one of want, of which nil stands for no error.
func is(t *rapid.T, err error, want ...error) {
	t.Helper()
	for _, w := range want {
		if errors.Is(err, w) {
			return
		}
	}
	t.Fatalf("the answer is %v, want %v", err, want)
}
