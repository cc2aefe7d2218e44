package mariadb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

// Server is a MariaDB server of one test's own, to be stopped, killed and paused. Its methods fail the test when they
// cannot do what they promise, so call them from the test's own goroutine.
type Server struct {
	t testing.TB
	s *server
}

// Start starts a new, empty server that goes when the test ends, with extra settings as --NAME=VALUE.
func Start(t testing.TB, extra ...string) *Server {
	t.Helper()
	skipUnlessWanted(t)
	s, err := newServer(context.WithoutCancel(t.Context()), extra...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.remove)
	return &Server{t, s}
}

// URL returns the mysql:// URL of an empty database on the server. It stays the same over Stop and Start.
func (s *Server) URL() string { return s.s.url().String() }

// Stop ends the server and returns when it is gone: with immediate at once, as a crash would, else after rolling back
// what is open.
func (s *Server) Stop(immediate bool) {
	s.t.Helper()
	signal := syscall.SIGTERM
	if immediate {
		signal = syscall.SIGKILL
	}
	s.Resume()
	s.check(s.s.end(signal))
}

// Start starts the server again after Stop and returns when it answers.
func (s *Server) Start() {
	s.t.Helper()
	s.check(s.s.start(context.WithoutCancel(s.t.Context())))
}

// Pause stops the server in its tracks: connections stay open, new ones can be begun, and nothing is answered until
// Resume.
func (s *Server) Pause() {
	s.t.Helper()
	_ = s.s.process.Signal(syscall.SIGSTOP)
	// The signal takes its time to reach every thread of a busy server.
	for end := time.Now().Add(patience); !s.s.stopped(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatal("test server: it does not stand still")
		}
	}
}

// Resume lets a paused server go on. It does nothing to one that is not paused.
func (s *Server) Resume() { _ = s.s.process.Signal(syscall.SIGCONT) }

func (s *Server) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("test server: %v", err)
	}
}

// server is a folder, a port and, while it runs, a process.
type server struct {
	program string
	folder  string
	port    int
	owner   string
	extra   []string
	guard   *daemon.Guard
	process *os.Process
	log     *bytes.Buffer
	gone    chan struct{}
}

func newServer(ctx context.Context, extra ...string) (*server, error) {
	s := &server{extra: extra}
	err := s.prepare()
	if err == nil {
		err = s.start(ctx)
	}
	if err == nil {
		err = execute(ctx, s.url().JoinPath("..", "mysql"), "CREATE DATABASE vidaplus")
	}
	if err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
}

// prepare makes the folder and the server's own tables in it.
func (s *server) prepare() (err error) {
	if s.program, err = find("mariadbd"); err != nil {
		return err
	}
	installer, err := find("mariadb-install-db")
	if err != nil {
		return err
	}
	me, err := user.Current()
	if err != nil {
		return err
	}
	s.owner = me.Username
	if s.port, err = daemon.FreePort(); err != nil {
		return err
	}
	if s.folder, err = os.MkdirTemp("", "vidaplus-mariadb-"); err != nil {
		return err
	}
	if s.guard, err = daemon.NewGuard(s.folder, "KILL"); err != nil {
		return errors.Join(err, os.RemoveAll(s.folder))
	}
	output, err := exec.Command(installer, "--no-defaults", "--user="+s.owner, "--datadir="+s.data(),
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", installer, err, output)
	}
	return nil
}

func (s *server) data() string { return filepath.Join(s.folder, "data") }

// settings are those of production where it matters, durability above all, and lax where the service has to ask.
func (s *server) settings() []string {
	return append([]string{
		"--no-defaults", "--user=" + s.owner, "--datadir=" + s.data(), "--socket=" + filepath.Join(s.folder, "socket"),
		"--pid-file=" + filepath.Join(s.folder, "pid"), "--port=" + strconv.Itoa(s.port), "--bind-address=127.0.0.1",
		"--skip-name-resolve", "--max-connections=500", "--performance-schema=OFF",
		"--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M", "--innodb-flush-log-at-trx-commit=1",
		"--sql-mode=", "--default-time-zone=+05:00", "--transaction-isolation=REPEATABLE-READ",
		"--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci",
	}, s.extra...)
}

// start runs the server and returns when it answers.
func (s *server) start(ctx context.Context) error {
	cmd := exec.Command(s.program, s.settings()...)
	// Out of reach of the terminal's Ctrl-C: only the guard ends it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.log, s.gone = new(bytes.Buffer), make(chan struct{})
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if err := cmd.Start(); err != nil {
		return err
	}
	s.process = cmd.Process
	s.guard.Watch(cmd.Process.Pid)
	go func() {
		_ = cmd.Wait()
		s.guard.Watch()
		close(s.gone)
	}()
	return s.awaitAnswer(ctx)
}

func (s *server) awaitAnswer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := execute(ctx, s.url().JoinPath("..", "mysql"), "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.gone:
			return fmt.Errorf("the server did not start:\n%s", s.log)
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		}
	}
}

func (s *server) url() *url.URL {
	return &url.URL{Scheme: "mysql", User: url.User("root"), Host: "127.0.0.1:" + strconv.Itoa(s.port), Path: "/vidaplus"}
}

func (s *server) end(signal syscall.Signal) error {
	_ = s.process.Signal(signal)
	select {
	case <-s.gone:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("the server does not end after %v", signal)
	}
}

// stopped asks ps, which Linux and macOS have alike.
func (s *server) stopped() bool {
	state, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(s.process.Pid)).Output()
	return err == nil && strings.HasPrefix(strings.TrimSpace(string(state)), "T")
}

// remove ends the server at once if it runs, and takes its folder away.
func (s *server) remove() {
	if s.guard == nil {
		return
	}
	s.guard.Release()
	if s.process != nil {
		<-s.gone
	}
}

// find returns the path of a program of MariaDB's.
func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil && filepath.IsAbs(path) {
		return path, nil
	}
	for _, folder := range []string{
		"/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin", "/opt/homebrew/opt/mariadb/bin", "/usr/local/opt/mariadb/bin",
	} {
		if path, err := exec.LookPath(filepath.Join(folder, program)); err == nil {
			return path, nil
		}
	}
	return "", errors.New("these tests need MariaDB 10.6 or newer. Install it (Debian: apt-get install mariadb-server; " +
		"macOS: brew install mariadb), or set TEST_MYSQL_URL to a server on which databases may be created")
}
