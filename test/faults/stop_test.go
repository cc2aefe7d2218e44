package faults

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/crowd"
	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// ending is a stop while the store does not answer.
type ending struct {
	fault string
	// within is SHUTDOWN_TIMEOUT, and delay DRAIN_DELAY.
	within, delay time.Duration
	env           []string
}

// asked is a request that is under way, over a connection that the service knows.
type asked struct {
	net.Conn
	in *bufio.Reader
}

// ask sends a request over a connection over which another one was answered.
func (s *service) underWay(request string) *asked {
	s.T.Helper()
	conn, err := net.Dial("tcp", s.Address)
	if err != nil {
		s.T.Fatal(err)
	}
	s.T.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	a := &asked{conn, bufio.NewReader(conn)}
	if status, _, err := a.exchange("GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n"); err != nil || status != http.StatusOK {
		s.T.Fatalf("a connection is answered %d, %v", status, err)
	}
	if _, err := io.WriteString(a, request); err != nil {
		s.T.Fatal(err)
	}
	return a
}

func (a *asked) exchange(request string) (status int, wait string, err error) {
	if _, err := io.WriteString(a, request); err != nil {
		return 0, "", err
	}
	return a.answer()
}

func (a *asked) answer() (status int, wait string, err error) {
	response, err := http.ReadResponse(a.in, nil)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, response.Header.Get("Retry-After"), err
}

// endsInTime stops a service whose store hangs, with requests under way: each is told to come again, the process ends in
// time and with 0, and one line says what the store was not told.
func (e ending) endsInTime(t *testing.T, database string, hang func()) {
	t.Helper()
	s := start(t, database, append([]string{
		"SHUTDOWN_TIMEOUT=" + e.within.String(), "DRAIN_DELAY=" + e.delay.String(),
	}, e.env...)...)
	var tokens []string
	for range 8 {
		tokens = append(tokens, s.loggedIn())
	}
	form := "username=" + crowd.Maria + "&password=" + strings.ReplaceAll(crowd.Password, " ", "+")
	hang()
	requests := []*asked{s.underWay(fmt.Sprintf("POST /auth/token HTTP/1.1\r\nHost: test\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(form), form))}
	for _, token := range tokens {
		requests = append(requests, s.underWay("POST /auth/token/refresh_token HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer "+token+"\r\n\r\n"))
	}
	began := time.Now()
	_ = s.Cmd.Process.Signal(syscall.SIGTERM)
	if e.delay > time.Second {
		program.Within(t, e.delay, "the service says that it is not ready, and serves on", func() bool {
			return s.status("/readyz") == http.StatusServiceUnavailable
		})
	}
	for _, r := range requests {
		status, wait, err := r.answer()
		if err != nil || status != http.StatusServiceUnavailable || wait == "" {
			t.Errorf("a request that was under way is answered %d, Retry-After %q, %v, want 503 and when to come again", status, wait, err)
		}
	}
	code := s.Ended()
	took := time.Since(began)
	if code != 0 || took > e.within+slack() {
		t.Errorf("the service ended with %d after %v, want 0 within %v", code, took, e.within)
	}
	if took < e.delay {
		t.Errorf("the service ended after %v, want that it serves on for %v", took, e.delay)
	}
	if told := strings.Count(s.Out.String(), `"refreshes_not_settled"`); told != 1 {
		t.Errorf("%d lines say what the store was not told, want one:\n%s", told, s.Out)
	}
	note(t, e.fault, fmt.Sprintf("%d × 503, none without an answer; the process has ended after %.1f s", len(requests), took.Seconds()), "–")
}

func TestStop_WhileTheDatabaseHangsIsInTimeAndAnswersEverybody(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	ending{
		fault:  "PostgreSQL hangs (SIGSTOP) when the service is stopped, `SHUTDOWN_TIMEOUT=5s`",
		within: 5 * time.Second, delay: 500 * time.Millisecond,
	}.endsInTime(t, server.URL(), server.Pause)
}

func TestStop_WhileTheDatabaseHangsServesOnForTheDelay(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	ending{
		fault:  "the same with `DRAIN_DELAY=4s SHUTDOWN_TIMEOUT=8s`, during which `/readyz` says 503",
		within: 8 * time.Second, delay: 4 * time.Second,
	}.endsInTime(t, server.URL(), server.Pause)
}

// A call of the store would last for longer than the service has.
func TestStop_ThatIsShorterThanACallOfTheStoreAnswersEverybody(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	ending{
		fault:  "the same with `STORE_TIMEOUT=30s SHUTDOWN_TIMEOUT=4s`: what waits for the store is given up",
		within: 4 * time.Second, delay: 500 * time.Millisecond, env: []string{"STORE_TIMEOUT=30s"},
	}.endsInTime(t, server.URL(), server.Pause)
}

func TestStop_WhileTheSQLiteFileIsLockedIsInTimeAndAnswersEverybody(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	ending{
		fault:  "another process locks the SQLite file when the service is stopped, `SHUTDOWN_TIMEOUT=8s`",
		within: 8 * time.Second, delay: 500 * time.Millisecond,
	}.endsInTime(t, "sqlite:"+path, func() {
		db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		if _, err := db.ExecContext(context.WithoutCancel(t.Context()), "BEGIN EXCLUSIVE"); err != nil {
			t.Fatal(err)
		}
	})
}
