package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

const (
	goodPassword   = "correct horse battery"
	commonPassword = "sunshine"
)

var rules = domain.PasswordRules{Common: func(password string) bool { return password == commonPassword }}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

// stage is the command line over real use cases, whose store is in memory and whose terminal types what it is told.
type stage struct {
	t       *testing.T
	storage *memory.Storage
	typed   []string
	asked   []string
	opened  int
	broken  error
	now     time.Time
	ids     int
	// register is the storage's, or one that fails.
	register ports.UserRegister
	// signing is the configuration of the keys.
	signing keySettings
}

func newStage(t *testing.T) *stage {
	storage := memory.New()
	return &stage{t: t, storage: storage, now: noon, register: memory.NewUserRegister(storage)}
}

// answer is what a run of the program gave.
type answer struct {
	out, errOut, line string
	exit              int
}

func (s *stage) run(args ...string) answer {
	s.t.Helper()
	return s.runWith(strings.NewReader(""), args...)
}

func (s *stage) runWith(in io.Reader, args ...string) answer {
	s.t.Helper()
	var out, errOut bytes.Buffer
	root := s.root()
	root.SetIn(in)
	root.SetOut(&out)
	root.SetErr(&errOut)
	root.SetArgs(args)
	line, exit := cli.Explain(root.ExecuteContext(s.t.Context()))
	return answer{out: out.String(), errOut: errOut.String(), line: line, exit: exit}
}

// must runs what has to go well and returns what it printed.
func (s *stage) must(args ...string) string {
	s.t.Helper()
	a := s.run(args...)
	if a.exit != 0 || a.errOut != "" {
		s.t.Fatalf("%q ended with %d, %q and %q, want success", args, a.exit, a.line, a.errOut)
	}
	return a.out
}

// refused runs what has to fail and checks the exit code, a part of the line, and that nothing else was said.
func (s *stage) refused(exit int, part string, args ...string) {
	s.t.Helper()
	s.refusedWith(strings.NewReader(""), exit, part, args...)
}

func (s *stage) refusedWith(in io.Reader, exit int, part string, args ...string) {
	s.t.Helper()
	a := s.runWith(in, args...)
	if a.exit != exit || !strings.Contains(a.line, part) || strings.ContainsAny(a.line, "\r\n") {
		s.t.Errorf("%q ended with %d and %q, want %d and one line with %q", args, a.exit, a.line, exit, part)
	}
	if a.out != "" || a.errOut != "" {
		s.t.Errorf("%q also wrote %q and %q, want nothing but the line", args, a.out, a.errOut)
	}
}

func (s *stage) root() *cobra.Command {
	root := &cobra.Command{Use: "vidaplus-auth", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(cli.UsersAsking(s.open, s.ask, rules), cli.Sessions(s.open), cli.Events(s.open), s.keys())
	return root
}

func (s *stage) ask(_ *cobra.Command, question string) (domain.Secret, error) {
	s.asked = append(s.asked, question)
	if len(s.asked) > len(s.typed) {
		s.t.Fatalf("the terminal is asked %q, want %d questions at most", question, len(s.typed))
	}
	return domain.NewSecret(s.typed[len(s.asked)-1]), nil
}

func (s *stage) open(ctx context.Context, do func(context.Context, cli.Operator) error) error {
	s.opened++
	if s.broken != nil {
		return s.broken
	}
	users := memory.NewUserStore(s.storage)
	sessions := memory.NewSessionRegister(s.storage)
	events := memory.NewEventStore(s.storage)
	clock := ports.Clock(func() time.Time { return s.now })
	return do(ctx, cli.Operator{
		AddUser:        application.NewAddUser(s.register, hasher{}, rules, s, clock, silence{}),
		ListUsers:      application.NewListUsers(s.register),
		ShowUser:       application.NewShowUser(users, memory.NewAttemptStore(s.storage), limits, clock),
		ChangeUser:     application.NewChangeUser(users, s.register, hasher{}, rules, clock, silence{}),
		UnlockUser:     application.NewUnlockUser(users, memory.NewAttemptStore(s.storage), clock, silence{}),
		RemoveUser:     application.NewRemoveUser(users, s.register, memory.NewAttemptStore(s.storage), events, clock, silence{}),
		ListSessions:   application.NewListSessions(users, sessions, clock),
		RevokeSessions: application.NewRevokeSessions(users, sessions, clock, silence{}),
		ListEvents:     application.NewListEvents(users, events, clock),
		PruneSessions:  application.NewPruneSessions(sessions, policy, clock),
	})
}

// user adds an enabled user with the password goodPassword.
func (s *stage) user(email string) domain.User {
	s.t.Helper()
	a := s.runWith(strings.NewReader(goodPassword+"\n"), "users", "add", email, "--name", "Someone", "--password-stdin")
	if a.exit != 0 {
		s.t.Fatalf("adding %s ended with %q", email, a.line)
	}
	return s.find(email)
}

// keep stores a user behind the back of the commands, whatever its texts are.
func (s *stage) keep(u domain.User) {
	s.t.Helper()
	if err := memory.NewUserRegister(s.storage).Add(s.t.Context(), u); err != nil {
		s.t.Fatal(err)
	}
}

// fill stores n users.
func (s *stage) fill(n int) {
	s.t.Helper()
	for i := range n {
		s.keep(domain.User{ID: fmt.Sprint(i), Email: fmt.Sprintf("u%04d@example.com", i), CreatedAt: noon})
	}
}

// find reads a user behind the back of the commands.
func (s *stage) find(email string) domain.User {
	s.t.Helper()
	u, err := memory.NewUserStore(s.storage).FindByEmail(s.t.Context(), email)
	if err != nil {
		s.t.Fatalf("find %s: %v", email, err)
	}
	return u
}

// session begins a session of u that idles for half an hour.
func (s *stage) session(u domain.User, id string, client domain.Client) {
	s.t.Helper()
	ends := policy.SessionEnd(s.now)
	first := policy.FirstToken(s.Random(), s.now, ends)
	session := domain.Session{
		ID: id, UserID: u.ID, CreatedAt: s.now, EndsAt: ends, Client: client, Current: first, LastExpiry: first.ExpiresAt,
	}
	if _, err := memory.NewSessionStore(s.storage).Begin(s.t.Context(), session, u.PasswordHash, 100); err != nil {
		s.t.Fatalf("begin a session: %v", err)
	}
}

// refresh rotates a session that was never rotated.
func (s *stage) refresh(id string) {
	s.t.Helper()
	first := domain.NewTokenID(1, s.Random())
	_, swapped, err := memory.NewSessionStore(s.storage).Rotate(s.t.Context(), policy.Rotation(id, first, s.Random(), s.now))
	if err != nil || !swapped {
		s.t.Fatalf("refresh %s: swapped %v, %v", id, swapped, err)
	}
}

// live counts the live sessions of u.
func (s *stage) live(u domain.User) int {
	s.t.Helper()
	sessions, err := memory.NewSessionRegister(s.storage).List(s.t.Context(), u.ID, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	return len(sessions)
}

var limits = domain.LoginLimits{Account: 10, Address: 200, Window: 5 * time.Minute, KnownFor: time.Hour}

// guessed limits the account of u.
func (s *stage) guessed(u domain.User) {
	s.t.Helper()
	err := memory.NewAttemptStore(s.storage).Update(s.t.Context(), domain.NewAttempt(u.ID, u.Email, domain.Client{}), limits.KeepUntil,
		func(t domain.Tallies) (domain.Tallies, error) {
			for range limits.Account {
				t = limits.Settle(limits.Reserve(t, false, s.now), false, domain.Failed, s.now)
			}
			return t, nil
		})
	if err != nil {
		s.t.Fatal(err)
	}
}

var policy = domain.Policy{TokenLifetime: 30 * time.Minute, SessionMaxAge: 720 * time.Hour, MaxSessions: 100}

func (s *stage) New() string {
	s.ids++
	return fmt.Sprintf("id-%d", s.ids)
}

func (s *stage) Random() string { return strings.Repeat("r", 22) }

// hasher is a password hash that costs nothing and hides nothing.
type hasher struct{}

func (hasher) Hash(_ context.Context, password domain.Secret) (domain.Secret, error) {
	return domain.NewSecret("hash of " + password.Reveal()), nil
}

func (hasher) Verify(context.Context, domain.Secret, domain.Secret, func() error) (bool, bool, error) {
	return false, false, nil
}

type silence struct{}

func (silence) Record(context.Context, domain.Event) {}
