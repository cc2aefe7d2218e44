package httpapi

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// A log-in is under way that ends with its request's context, and a refresh that ends with the store's call alone.
func TestServer_RequestsThatOutlastTheDrainAreToldToComeAgain(t *testing.T) {
	begun, hurried := make(chan struct{}, 2), make(chan struct{})
	s := newStage(t, func(_ *stage, s *Settings) { s.LastAnswers = time.Minute })
	token := s.logIn(t)
	s.find = func(ctx context.Context) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	s.rotate = func(context.Context) error {
		begun <- struct{}{}
		<-hurried
		return domain.ErrUnavailable
	}
	s.server.hurry = func() { close(hurried) }
	var conns []net.Conn
	for _, raw := range []string{form(good), refresh("Bearer " + token)} {
		conn := s.dial(t)
		write(t, conn, raw)
		<-begun
		conns = append(conns, conn)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.Stop(ctx) }()
	for _, conn := range conns {
		r := receive(t, bufio.NewReader(conn), "POST")
		if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" || !r.closes {
			t.Errorf("%d %v %s, want 503 with Retry-After and the connection closed", r.status, r.header, r.body)
		}
	}
	s.counts(t, logins("unavailable", 1))
	s.counts(t, logins("hung_up", 0))
	s.counts(t, refreshes("unavailable", 1))
	if err := <-stopped; err != nil || s.server.CutOff() != 0 {
		t.Errorf("stop: %v, %d requests were cut off, want none", err, s.server.CutOff())
	}
}

func TestServer_CountsTheRequestsThatItCutsOff(t *testing.T) {
	entered, leave := make(chan struct{}, 2), make(chan struct{})
	s := newStage(t, func(s *stage, settings *Settings) {
		settings.LastAnswers = 10 * time.Millisecond
		s.find = func(context.Context) error {
			entered <- struct{}{}
			<-leave
			return nil
		}
	})
	defer close(leave)
	for range 2 {
		write(t, s.dial(t), form(good))
		<-entered
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.server.Stop(ctx); err == nil || s.server.CutOff() != 2 {
		t.Errorf("stop: %v, %d requests were cut off, want an error and 2", err, s.server.CutOff())
	}
}

// Whoever announces a body and never sends it has his answer: he is not in the middle of a request.
func TestServer_ABodyThatNeverComesHoldsNoDrainUp(t *testing.T) {
	for name, c := range map[string]struct{ begin, length string }{
		"ignored":      {"POST /auth/token/refresh_token", "Content-Length: 2"},
		"wrong method": {"PUT /auth/token", "Content-Length: 2"},
		"chunked":      {"POST /auth/logout?scope=x", "Transfer-Encoding: chunked"},
	} {
		for while, within := range map[string]time.Duration{"before": 3 * time.Second, "draining": 600 * time.Millisecond} {
			s := newStage(t, func(_ *stage, s *Settings) { s.LastAnswers = 10 * time.Millisecond })
			head := c.begin + " HTTP/1.1\r\nHost: x\r\n" + asBearer(s.logIn(t)) + "\r\n" + c.length + "\r\n\r\n"
			if while == "draining" {
				s.server.api.Drain()
			}
			conn := s.dial(t)
			write(t, conn, head)
			receive(t, bufio.NewReader(conn), "POST")
			ctx, cancel := context.WithTimeout(t.Context(), within)
			if err := s.server.Stop(ctx); err != nil || s.server.CutOff() != 0 {
				t.Errorf("%s, %s: stop: %v, %d requests were cut off, want none", name, while, err, s.server.CutOff())
			}
			cancel()
		}
	}
}

func TestServer_WhoHasAskedForNothingIsNotCutOff(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) { s.LastAnswers = 10 * time.Millisecond })
	silent, asked := s.dial(t), s.dial(t)
	write(t, asked, request("GET", "/healthz", ""))
	receive(t, bufio.NewReader(asked), "GET")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.server.Stop(ctx); err != nil || s.server.CutOff() != 0 {
		t.Errorf("stop: %v, %d requests were cut off, want none", err, s.server.CutOff())
	}
	ended(t, silent)
}

func TestDrainTime_LeavesTimeForWhatComesAfterTheRequests(t *testing.T) {
	for _, c := range []struct{ delay, all, requests, last string }{
		{"500ms", "15s", "11.375s", "1.8125s"}, {"0s", "8s", "6s", "1s"}, {"14.9s", "15s", "14.975s", "12.5ms"},
		{"500ms", "400ms", "300ms", "50ms"},
	} {
		requests, last := drainTime(configs.Config{DrainDelay: duration(t, c.delay), ShutdownTimeout: duration(t, c.all)})
		if requests != duration(t, c.requests) || last != duration(t, c.last) {
			t.Errorf("%v of %s after a delay of %s, then %v, want %s and %s", requests, c.all, c.delay, last, c.requests, c.last)
		}
	}
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestModule_DrainsWithinItsPartOfTheStop(t *testing.T) {
	c, err := configs.Load([]string{"SHUTDOWN_TIMEOUT=400ms", "HTTP_ADDR=127.0.0.1:0"}, t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	entered, hurried := make(chan struct{}), make(chan struct{})
	s := newStage(t, func(s *stage, _ *Settings) {
		s.find = func(ctx context.Context) error {
			close(entered)
			<-ctx.Done()
			return ctx.Err()
		}
	})
	var server *Server
	app := fxtest.New(t, fx.Supply(s.server.api, zap.NewNop(), c, Hurry(func() { close(hurried) }),
		Tracing{Wrap: func(next http.Handler, _ func(*http.Request) bool) http.Handler { return next }}),
		fx.Provide(newServer, settings), fx.Invoke(serving), fx.Populate(&server))
	app.RequireStart()
	conn, err := net.Dial("tcp", server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	write(t, conn, form(good))
	<-entered
	app.RequireStop()
	select {
	case <-hurried:
	default:
		t.Error("nobody was told to hurry")
	}
	if r := receive(t, bufio.NewReader(conn), "POST"); r.status != http.StatusServiceUnavailable {
		t.Errorf("%d %s, want 503", r.status, r.body)
	}
}
