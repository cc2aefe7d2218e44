package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// secretKey protects nothing.
	secretKey = "a key for tests alone, of more than thirty-two bytes"

	maria    = "maria@example.com"
	password = "correct horse battery"
)

// binary is the program, turned the same with a clock that a file puts forward or back.
var binary, turned string

func build(folder string) error {
	binary, turned = filepath.Join(folder, "vidaplus-auth"), filepath.Join(folder, "turned")
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
	for target, more := range map[string][]string{binary: nil, turned: {"-overlay", path}} {
		arguments := slices.Concat([]string{"build", "-o", target}, more, []string{"github.com/vidaplus/vidaplus-auth/cmd/vidaplus-auth"})
		c := exec.Command("go", arguments...)
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, output)
		}
	}
	return nil
}

// sources looks at every file that the program is made of, so that Go takes no result from its cache after one of them
// has changed: it knows only of files that a test looks at, and not in TestMain.
var sources = sync.OnceValue(func() error {
	return filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "dist", "test"}, entry.Name()):
			return filepath.SkipDir
		case entry.Type().IsRegular():
			_, err = os.Stat(path)
		}
		return err
	})
})

// service is one running process of the program.
type service struct {
	t       *testing.T
	program string
	// address and url stay the same when the service is started again.
	address, url string
	env          []string
	dir          string
	// files is how many files the process may open, 0 for as many as the system allows.
	files int
	// as is who runs the process, nil for who runs the test.
	as   *syscall.Credential
	proc *exec.Cmd
	out  *output
	done chan struct{}
}

// output collects what a process prints while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// complaints are what is worse than information.
func (o *output) complaints() string {
	var worse strings.Builder
	for line := range strings.Lines(o.String()) {
		if !strings.Contains(line, `"level":"info"`) {
			worse.WriteString(line)
		}
	}
	return worse.String()
}

// prepared returns a service that has not been started. Every limit is the default, but that all sessions
// are one user's; and passwords are hashed cheaply.
func prepared(t *testing.T, database string, env ...string) *service {
	t.Helper()
	if err := sources(); err != nil {
		t.Fatal(err)
	}
	return &service{t: t, program: binary, dir: t.TempDir(), env: append([]string{
		"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + database, "MIGRATE_ON_START=true", "SECRET_KEY=" + secretKey,
		"PASSWORD_HASH=m=256,t=1,p=1", "MAX_SESSIONS_PER_USER=10000", "LOG_LEVEL=warn",
	}, env...)}
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
		s.start()
		all = append(all, s)
	}
	return all
}

func (s *service) begin() {
	s.t.Helper()
	s.start()
	if out, code := s.run(password+"\n", "users", "add", maria, "--password-stdin"); code != 0 {
		s.t.Fatalf("maria could not be added: %s", out)
	}
}

func (s *service) start() {
	s.t.Helper()
	s.launch()
	within(s.t, 30*time.Second, "the service is ready", func() bool {
		select {
		case <-s.done:
			s.t.Fatalf("the service ended:\n%s", s.out)
		default:
		}
		return s.status("/readyz") == http.StatusOK
	})
}

// launch does not wait until the service can serve.
func (s *service) launch() {
	s.t.Helper()
	if s.address == "" {
		s.address = freeAddress(s.t)
		s.url = "http://" + s.address
	}
	s.out, s.done = &output{}, make(chan struct{})
	s.proc = s.command("serve")
	s.proc.Env = append(s.proc.Env, "HTTP_ADDR="+s.address)
	s.proc.Stdout, s.proc.Stderr = s.out, s.out
	if err := s.proc.Start(); err != nil {
		s.t.Fatal(err)
	}
	proc, done, out := s.proc, s.done, s.out
	go func() { _ = proc.Wait(); close(done) }()
	s.t.Cleanup(func() {
		_ = proc.Process.Kill()
		<-done
		if s.t.Failed() {
			s.t.Logf("the service printed:\n%.5000s", out.complaints())
		}
	})
}

func (s *service) command(words ...string) *exec.Cmd {
	c := exec.Command(s.program, words...)
	if s.files > 0 {
		c = exec.Command("/bin/sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, s.files), s.program}, words...)...)
	}
	c.Dir, c.Env = s.dir, slices.Clone(s.env)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: 0, Credential: s.as}
	return c
}

// stop sends a signal and returns the exit code, -1 for a killed process.
func (s *service) stop(signal syscall.Signal) int {
	s.t.Helper()
	_ = s.proc.Process.Signal(signal)
	return s.ended()
}

// ended waits for the end of the process and returns its exit code.
func (s *service) ended() int {
	s.t.Helper()
	select {
	case <-s.done:
		return s.proc.ProcessState.ExitCode()
	case <-time.After(30 * time.Second):
		s.t.Fatal("the service did not end")
		return 0
	}
}

// lives fails the test if the process has ended.
func (s *service) lives() {
	s.t.Helper()
	select {
	case <-s.done:
		s.t.Errorf("the service ended with %d:\n%s", s.proc.ProcessState.ExitCode(), s.out)
	default:
	}
}

// run runs a command of the program with the service's settings.
func (s *service) run(input string, words ...string) (out string, code int) {
	s.t.Helper()
	c := s.command(words...)
	c.Stdin = strings.NewReader(input)
	text, err := c.CombinedOutput()
	if err != nil && c.ProcessState == nil {
		s.t.Fatal(err)
	}
	return string(text), c.ProcessState.ExitCode()
}

// memory is how much of the machine's the process has, in megabytes.
func (s *service) memory() int {
	s.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.proc.Process.Pid))
	if err != nil {
		s.t.Fatal(err)
	}
	var size, resident int
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		s.t.Fatal(err)
	}
	return resident * os.Getpagesize() >> 20
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// within waits until a condition holds, and returns how long that took.
func within(t *testing.T, limit time.Duration, what string, holds func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for ; !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > limit {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
	return time.Since(began)
}
