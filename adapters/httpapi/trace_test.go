package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"
	"go.uber.org/zap"
)

const (
	someTrace  = "4bf92f3577b34da6a3ce929d0e0e4736"
	someParent = "00-" + someTrace + "-00f067aa0ba902b7-01"
)

func TestLog_NamesSessionAndTraceWhereTheyAreKnown(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	line := s.logged(t, 1)[0].ContextMap()
	session, _ := line["session_id"].(string)
	if session == "" || strings.Contains(token, session) {
		t.Fatalf("the log-in is logged as %v, want its session", line)
	}
	if _, traced := line["trace_id"]; traced {
		t.Errorf("a request without a trace is logged with one: %v", line)
	}
	for name, c := range map[string]struct {
		raw            string
		session, trace any
	}{
		"a refresh":       {request("POST", "/auth/token/refresh_token", "", "Authorization: Bearer "+token, "Traceparent: "+someParent), session, someTrace},
		"a good token":    {request("GET", "/auth/me", "", "Authorization: Bearer "+token), session, nil},
		"no token":        {request("GET", "/auth/me", "", "Traceparent: "+someParent), nil, someTrace},
		"a foreign token": {refresh("Bearer x.y.z"), nil, nil},
	} {
		s.logs.TakeAll()
		s.send(t, c.raw)
		if got := s.logged(t, 1)[0].ContextMap(); got["session_id"] != c.session || got["trace_id"] != c.trace {
			t.Errorf("%s is logged as %v, want session %v and trace %v", name, got, c.session, c.trace)
		}
	}
}

func TestTraceID_IsTakenFromAWellFormedTraceparentAlone(t *testing.T) {
	for _, good := range []string{someParent, strings.Replace(someParent, "00-", "cc-", 1) + "-what-follows"} {
		if got := traceID(http.Header{traceparentHeader: {good}}); got != someTrace {
			t.Errorf("the trace of %s is %q, want %s", good, got, someTrace)
		}
	}
	for _, bad := range [][]string{
		nil, {""}, {someTrace}, {someParent[:54]}, {strings.ToUpper(someParent)}, {someParent, someParent},
		{"00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01"}, {strings.Replace(someParent, "4bf9", "eyJ0", 1)},
		{strings.Replace(someParent, "-00f0", "000f0", 1)}, {strings.Replace(someParent, "00-", "000", 1)},
	} {
		if got := traceID(http.Header{traceparentHeader: bad}); got != "" {
			t.Errorf("%q has the trace %q, want none", bad, got)
		}
	}
}

// follower surrounds the API as a tracer does.
type follower struct{ routes chan string }

func (f follower) wrap(next http.Handler, skip func(*http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if !skip(r) {
			f.routes <- r.Method + " " + r.Pattern
		}
	})
}

// followed runs a server over an API, as Module makes it, and stops it at once.
func followed(t *testing.T, tracing Tracing) *Server {
	t.Helper()
	s := newStage(t, nil)
	var server *Server
	settings := DefaultSettings()
	settings.Address, settings.DrainDelay = "127.0.0.1:0", 0
	app := fxtest.New(t, fx.Supply(s.server.api, tracing, zap.NewNop(), settings, Hurry(func() {})), fx.Provide(newServer), fx.Populate(&server))
	app.RequireStart().RequireStop()
	return server
}

func TestTracing_ThatIsOffPutsNothingAroundTheAPI(t *testing.T) {
	server := followed(t, Tracing{Wrap: func(next http.Handler, _ func(*http.Request) bool) http.Handler { return next }})
	if server.http.Handler != http.Handler(server.api) {
		t.Errorf("the server serves %T, want the API itself", server.http.Handler)
	}
}

func TestTracing_ReadsTheRouteAndLeavesProbesAlone(t *testing.T) {
	f := follower{routes: make(chan string, 10)}
	server := followed(t, Tracing{Wrap: f.wrap})
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.http.Close() }()
	for _, c := range [][2]string{
		{"GET", "/healthz"}, {"GET", "/readyz/"}, {"GET", "/metrics"}, {"DELETE", "/auth/sessions/1"}, {"POST", "/auth/token/"}, {"GET", "/nowhere"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c[0], "http://"+server.Addr().String()+c[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	for _, want := range []string{"DELETE /auth/sessions/:id", "POST /auth/token", "GET "} {
		if got := <-f.routes; got != want {
			t.Errorf("a request is seen as %q, want %q", got, want)
		}
	}
}
