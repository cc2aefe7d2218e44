package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// rotating answers a token once with the next one, and with 401 ever after.
type rotating struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (r *rotating) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	token := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
	if r.seen[token] {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	r.seen[token] = true
	// It stays short: an answer of more than 2 KiB would have no Content-Length.
	fmt.Fprintf(w, `{"access_token":"%sx%d"}`, token[:1], len(r.seen))
}

func dialed(t *testing.T, handler http.Handler, lines ...string) *client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c := &client{address: server.Listener.Addr().String()}
	for _, line := range lines {
		c.lines = append(c.lines, []byte(line))
	}
	if err := c.dial(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.conn.Close() })
	return c
}

func brief() window { return window{start: time.Now(), end: 50 * time.Millisecond} }

func TestClient_PresentsEachSessionsNewestToken(t *testing.T) {
	c := dialed(t, &rotating{seen: make(map[string]bool)}, "a", "b")
	c.work(brief())
	if n := c.answers[200]; n < 2 || len(c.answers) != 1 || len(c.latencies) != n {
		t.Errorf("answers %v and %d latencies, want 200 alone and a latency each", c.answers, len(c.latencies))
	}
	if !strings.HasPrefix(string(c.lines[0]), "ax") || !strings.HasPrefix(string(c.lines[1]), "bx") {
		t.Errorf("%.9s and %.9s, want the successors of both", c.lines[0], c.lines[1])
	}
}

func TestClient_WaitsAsLongAsItIsTold(t *testing.T) {
	c := dialed(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	}), "a")
	c.work(brief())
	if c.answers[503] != 1 {
		t.Errorf("%v, want one answer 503 and then patience", c.answers)
	}
}

func TestClient_LogsInWithItsForm(t *testing.T) {
	c := dialed(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); r.URL.Path != "/auth/token" || string(body) != "username=u&password=p" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}), "username=u&password=p")
	c.login = true
	c.work(brief())
	if len(c.answers) != 1 || c.answers[200] == 0 {
		t.Errorf("%v, want 200 alone", c.answers)
	}
}

func TestClient_CountsAConnectionThatBreaksAndGoesOn(t *testing.T) {
	var once sync.Once
	next := &rotating{seen: make(map[string]bool)}
	c := dialed(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { panic(http.ErrAbortHandler) })
		next.ServeHTTP(w, r)
	}), "a")
	c.work(brief())
	if c.answers[0] != 1 || c.answers[200] == 0 {
		t.Errorf("%v, want one broken connection and then answers 200", c.answers)
	}
}
