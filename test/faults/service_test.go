package faults

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/crowd"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// goesOn is the longest that a service may take until it serves everybody again: a call that was under way when the
// fault ended, the second that clients are told to wait, and a call more.
const goesOn = 5 * time.Second

// inTime is the longest that any answer may take: the two seconds of a store's call, and what a busy machine adds.
// `make faults` says how much that may be where nothing else runs.
var inTime = 2*time.Second + slack()

func slack() time.Duration {
	if given, err := time.ParseDuration(os.Getenv("FAULTS_SLACK")); err == nil {
		return given
	}
	return 3 * time.Second
}

// binary is the program, turned the same with a clock that a file puts forward or back.
var binary, turned string

func build(folder string) error {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {
		filepath.Join(root, "cmd", "vidaplus-auth", "clock.go"): filepath.Join(root, "test", "faults", "testdata", "turned_clock.go"),
	}})
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(path, overlay, 0o600); err != nil {
		return err
	}
	// Also for who is not root.
	if err := os.Chmod(folder, 0o755); err != nil {
		return err
	}
	if binary, err = program.Build(folder, "vidaplus-auth"); err == nil {
		turned, err = program.Build(folder, "turned", "-overlay", path)
	}
	return err
}

// service is one running process of the program.
type service struct{ *program.Process }

// prepared returns a service that has not been started. Every limit is the default, but that all sessions
// are one user's; and passwords are hashed cheaply.
func prepared(t *testing.T, database string, env ...string) *service {
	t.Helper()
	return &service{&program.Process{T: t, Program: binary, Dir: t.TempDir(), Env: append(
		program.Environment(database, "MAX_SESSIONS_PER_USER=10000", "LOG_LEVEL=warn"), env...)}}
}

// start runs a service on which maria has an account.
func start(t *testing.T, database string, env ...string) *service {
	t.Helper()
	s := prepared(t, database, env...)
	s.begin()
	return s
}

// replicas starts several services on one database.
func replicas(t *testing.T, count int, database string, env ...string) []*service {
	t.Helper()
	all := []*service{start(t, database, env...)}
	for len(all) < count {
		s := prepared(t, database, env...)
		s.Start()
		all = append(all, s)
	}
	return all
}

func (s *service) begin() {
	s.T.Helper()
	s.Start()
	s.AddUser(crowd.Maria, crowd.Password)
}

// lives fails the test if the process has ended.
func (s *service) lives() {
	s.T.Helper()
	select {
	case <-s.Done:
		s.T.Errorf("the service ended with %d:\n%s", s.Cmd.ProcessState.ExitCode(), s.Out)
	default:
	}
}

// memory is how much of the machine's the process has, in megabytes.
func (s *service) memory() int {
	s.T.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.Cmd.Process.Pid))
	if err != nil {
		s.T.Fatal(err)
	}
	var size, resident int
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		s.T.Fatal(err)
	}
	return resident * os.Getpagesize() >> 20
}

func (s *service) send(method, path, token string, form url.Values) crowd.Answer {
	return crowd.Send(method, s.URL+path, token, form)
}

func (s *service) status(path string) int { return s.send(http.MethodGet, path, "", nil).Status }

func (s *service) login() crowd.Answer { return crowd.Login(s.URL) }

func (s *service) refresh(token string) crowd.Answer { return crowd.Refresh(s.URL, token) }

// loggedIn returns the token of a new session.
func (s *service) loggedIn() string {
	s.T.Helper()
	a := s.login()
	if a.Token == "" {
		s.T.Fatalf("a log-in is answered %d %s", a.Status, a.Text)
	}
	return a.Token
}

// loggedOut returns a token whose session has ended.
func (s *service) loggedOut() string {
	s.T.Helper()
	token := s.loggedIn()
	if a := s.send(http.MethodPost, "/auth/logout", token, nil); a.Status != http.StatusNoContent {
		s.T.Fatalf("a logout is answered %d %s", a.Status, a.Text)
	}
	return token
}

// gather is a crowd that refreshes as fast as it is served.
func gather(t *testing.T, services ...*service) *crowd.Crowd {
	t.Helper()
	var all []*program.Process
	for _, s := range services {
		all = append(all, s.Process)
	}
	return crowd.Gather(t, 0, all...)
}

// lostNothing checks what a crowd saw.
func lostNothing(t *testing.T, c *crowd.Crowd) {
	t.Helper()
	c.LostNothing()
	if c.Slowest > inTime {
		t.Errorf("the slowest answer took %v, want at most %v", c.Slowest, inTime)
	}
	if c.LongestWait > 2*time.Second {
		t.Errorf("a client was told to wait %v, want two seconds at most", c.LongestWait)
	}
}
