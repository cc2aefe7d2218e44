package e2e

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestDrain_EveryRequestThatTheServiceWasSentIsAnswered(t *testing.T) {
	onEachEngine(t, func(t *testing.T, database string) {
		t.Parallel()
		s := withUser(t, database, "SHUTDOWN_TIMEOUT=10s", "LOG_LEVEL=warn")
		idle, idleToken := s.dial(), s.loggedIn()
		idle.gets(t, idle.refresh(idleToken), http.StatusOK, false)
		var callers callers
		for range crowdSize {
			token := s.loggedIn()
			callers.Go(func() { callers.refresh(s, token) })
		}
		program.Within(t, time.Minute, "the callers are served", func() bool { return callers.served.Load() > 10*crowdSize })

		callers.told.Store(true)
		began, before := time.Now(), callers.served.Load()
		_ = s.Cmd.Process.Signal(syscall.SIGTERM)
		program.Within(t, 5*time.Second, "the service says that it is not ready", func() bool { return !s.ready() })
		idle.gets(t, idle.refresh(idleToken), http.StatusOK, true)
		callers.Wait()
		if code := s.Stop(0); code != 0 || time.Since(began) > 10*time.Second {
			t.Errorf("the service ended with %d after %v, want 0 within 10s", code, time.Since(began))
		}
		t.Logf("%d requests were answered before the signal and %d after it, %d came too late, the drain took %v", before,
			callers.served.Load()-before, callers.late.Load(), time.Since(began).Round(time.Millisecond))
		for _, lost := range callers.lost {
			t.Errorf("a request was sent and not answered: %s", lost)
		}
	})
}

// Whoever announces a body that he never sends has his answer all the same.
func TestDrain_ARequestThatWasAnsweredIsNotCutOff(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "SHUTDOWN_TIMEOUT=4s")
	w, token := s.dial(), s.loggedIn()
	w.gets(t, w.refresh(token, "Content-Length: 2"), http.StatusOK, false)
	if code := s.Stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the service ended with %d, want 0", code)
	}
}

func (s *service) ready() bool {
	response, err := http.Get(s.URL + "/readyz")
	if err != nil {
		s.T.Fatalf("the service does not listen any more although it has only just been told to end: %v", err)
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// wire is a connection without the second tries by which an HTTP client hides that a server broke it off.
type wire struct {
	net.Conn
	in *bufio.Reader
}

func (s *service) dialed() (*wire, error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		return nil, err
	}
	return &wire{conn, bufio.NewReader(conn)}, conn.SetDeadline(time.Now().Add(30 * time.Second))
}

func (s *service) dial() *wire {
	s.T.Helper()
	w, err := s.dialed()
	if err != nil {
		s.T.Fatal(err)
	}
	s.T.Cleanup(func() { _ = w.Close() })
	return w
}

// reply is what came back over a wire.
type reply struct {
	status int
	token  string
	closes bool
	err    error
}

// refresh sends one request, with more lines of a header if there are any, and reads its answer whole.
func (w *wire) refresh(token string, header ...string) reply {
	lines := append([]string{"POST /auth/token/refresh_token HTTP/1.1", "Host: test", "Authorization: Bearer " + token}, header...)
	if _, err := io.WriteString(w, strings.Join(lines, "\r\n")+"\r\n\r\n"); err != nil {
		return reply{err: err}
	}
	response, err := http.ReadResponse(w.in, &http.Request{Method: http.MethodPost})
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	next, _, _ := read(response, text)
	return reply{response.StatusCode, next, response.Close, err}
}

func (w *wire) gets(t *testing.T, got reply, status int, closes bool) {
	t.Helper()
	if got.err != nil || got.status != status || got.closes != closes {
		t.Fatalf("the reply is %+v, want %d and closes=%v", got, status, closes)
	}
}

// callers refresh over connections that they keep for as long as they are let, until no new one is accepted.
type callers struct {
	sync.WaitGroup
	// told is set just before the service is told to end.
	told         atomic.Bool
	served, late atomic.Int64
	mu           sync.Mutex
	lost         []string
}

func (c *callers) refresh(s *service, token string) {
	for {
		told := c.told.Load()
		w, err := s.dialed()
		if errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err == nil {
			token, err = c.use(w, token)
			_ = w.Close()
		}
		switch {
		case err == nil:
		case told && errors.Is(err, syscall.ECONNRESET):
			// The system had the connection waiting when the service closed its door: nobody ever saw the request.
			c.late.Add(1)
			return
		default:
			c.mu.Lock()
			defer c.mu.Unlock()
			c.lost = append(c.lost, err.Error())
			return
		}
	}
}

// use refreshes until the service closes the connection, and returns the last token.
func (c *callers) use(w *wire, token string) (string, error) {
	for {
		got := w.refresh(token)
		if got.err == nil && got.status != http.StatusOK {
			got.err = errors.New(http.StatusText(got.status))
		}
		if got.err != nil {
			return token, got.err
		}
		token = got.token
		if c.served.Add(1); got.closes {
			return token, nil
		}
	}
}
