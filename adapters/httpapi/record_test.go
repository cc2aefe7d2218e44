package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// logged waits until n requests are logged, which happens after their answers, and returns the lines.
func (s *stage) logged(t *testing.T, n int) []observer.LoggedEntry {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if lines := s.requestLines(); len(lines) >= n {
			if len(lines) > n {
				t.Errorf("%d requests are logged, want %d", len(lines), n)
			}
			return lines
		}
	}
	t.Fatalf("%d requests are logged, want %d", len(s.requestLines()), n)
	return nil
}

func TestLog_OneLineARequest(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	for name, c := range map[string]struct {
		raw, method, route, outcome string
		status                      int
		level                       zapcore.Level
	}{
		"refresh": {refresh("Bearer " + token), "POST", "/auth/token/refresh_token", "ok", 200, zapcore.InfoLevel},
		"refused": {refresh("Bearer x"), "POST", "/auth/token/refresh_token", "token is not valid", 401, zapcore.InfoLevel},
		"login": {form("username=x&password=y"), "POST", "/auth/token/", "incorrect email or password", 401,
			zapcore.InfoLevel},
		"form":    {form(""), "POST", "/auth/token/", "form is not valid", 422, zapcore.InfoLevel},
		"method":  {request("EYJ0OKEN", "/auth/token", ""), "other", "/auth/token", "method is not allowed", 405, zapcore.InfoLevel},
		"unknown": {request("GET", "/"+token, ""), "GET", "", "path is unknown", 404, zapcore.InfoLevel},
		"health":  {request("GET", "/healthz", ""), "GET", "/healthz", "ok", 200, zapcore.DebugLevel},
		"scrape":  {request("PUT", "/metrics/", ""), "PUT", "/metrics/", "method is not allowed", 405, zapcore.DebugLevel},
		"ready":   {request("GET", "/readyz/", ""), "GET", "/readyz/", "ok", 200, zapcore.DebugLevel},
	} {
		s.logs.TakeAll()
		r := s.send(t, c.raw)
		line := s.logged(t, 1)[0]
		got := line.ContextMap()
		if line.Level != c.level {
			t.Errorf("%s: level %v, want %v", name, line.Level, c.level)
		}
		for key, want := range map[string]any{
			"method": c.method, "route": c.route, "outcome": c.outcome, "status": int64(c.status), "ip": "127.0.0.1",
			"request_id": r.header.Get("X-Request-ID"), "bytes": int64(len(r.body)),
		} {
			if got[key] != want {
				t.Errorf("%s: %s is %v, want %v", name, key, got[key], want)
			}
		}
		if took, ok := got["duration_ms"].(float64); !ok || took <= 0 {
			t.Errorf("%s: duration_ms is %v", name, got["duration_ms"])
		}
	}
}

func TestLog_HoldsNothingThatAClientWrote(t *testing.T) {
	const secret = "Hunter2Hunter2"
	s := newStage(t, nil)
	for _, raw := range []string{
		form("username=" + secret + "&password=" + secret + "&grant_type=" + secret),
		form("username=" + maria + "&password=" + secret),
		form("username=" + secret + "&password=" + secret),
		refresh("Bearer " + secret), refresh("Basic " + secret),
		request("GET", "/"+secret+"?"+secret, "", "User-Agent: "+secret, "Cookie: "+secret, "X-Forwarded-For: "+secret),
		request(secret, "/auth/token?"+secret, ""),
		request("POST", "/auth/token", "--"+secret, "Content-Type: multipart/form-data; boundary="+secret),
	} {
		s.send(t, raw)
	}
	lines := s.logged(t, 8)
	text, err := json.Marshal(s.logs.All())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		text = fmt.Append(text, line.ContextMap())
	}
	if strings.Contains(string(text), secret) {
		t.Errorf("the log holds what a client wrote: %s", text)
	}
}

func TestPanic_IsABare500LoggedWithItsStack(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	s.rotate = func(context.Context) error { panic("out of cheese") }
	s.logs.TakeAll()
	r := s.send(t, refresh("Bearer "+token))
	if r.status != http.StatusInternalServerError || r.body != `{"detail":"Internal Server Error"}` {
		t.Errorf("%d %s, want a bare 500", r.status, r.body)
	}
	line := s.logged(t, 1)[0]
	fields := line.ContextMap()
	stack, _ := fields["stack"].(string)
	if line.Level != zapcore.ErrorLevel || fields["error"] != "panic: out of cheese" ||
		!strings.Contains(stack, "record_test.go") || fields["request_id"] != r.header.Get("X-Request-ID") {
		t.Errorf("logged %v, want the panic with its stack", fields)
	}
	s.rotate = func(context.Context) error { return nil }
	tokenOf(t, s.send(t, refresh("Bearer "+token)))
}

func TestPanic_AbortHandlerGoesOn(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	s.rotate = func(context.Context) error { panic(http.ErrAbortHandler) }
	conn := s.dial(t)
	if _, err := conn.Write([]byte(refresh("Bearer " + token))); err != nil {
		t.Fatal(err)
	}
	if n, err := conn.Read(make([]byte, 1)); err == nil || n != 0 {
		t.Errorf("read %d bytes, %v: want the connection closed without an answer", n, err)
	}
}

func TestLog_AClientThatHungUpIsNoFault(t *testing.T) {
	s := newStage(t, nil)
	waiting := make(chan struct{})
	s.find = func(ctx context.Context) error {
		close(waiting)
		<-ctx.Done()
		return fmt.Errorf("query: %w", errors.Join(ctx.Err(), domain.ErrUnavailable))
	}
	conn := s.dial(t)
	if _, err := conn.Write([]byte(form(good))); err != nil {
		t.Fatal(err)
	}
	<-waiting
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	line := s.logged(t, 1)[0]
	if line.Level != zapcore.InfoLevel || line.ContextMap()["status"] != int64(499) {
		t.Errorf("logged %v at %v, want 499 at info", line.ContextMap(), line.Level)
	}
}
