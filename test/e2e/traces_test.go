package e2e

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/prototext"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

const (
	followed      = "4bf92f3577b34da6a3ce929d0e0e4736"
	canaryAgent   = "canary-agent/7"
	canaryAddress = "127.0.0.9"
)

// caller is a client at an address and with a name of its own.
type caller struct {
	*service
	client *http.Client
}

func (s *service) calledFrom(address string) *caller {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &caller{s, &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DialContext: dialer.DialContext}}}
}

func (c *caller) ask(method, path, token, form string) answer {
	c.T.Helper()
	request, err := http.NewRequestWithContext(c.T.Context(), method, c.URL+path, strings.NewReader(form))
	if err != nil {
		c.T.Fatal(err)
	}
	request.Header = http.Header{
		"User-Agent": {canaryAgent}, "Traceparent": {"00-" + followed + "-00f067aa0ba902b7-01"}, "Tracestate": {"canary=canary"},
		"Baggage": {"canary=canary"}, "Content-Type": {"application/x-www-form-urlencoded"}, "X-Forwarded-For": {"203.0.113.99"},
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	got, err := sendBy(c.client, request)
	if err != nil {
		c.T.Fatal(err)
	}
	return got
}

func TestTraces_OfALogInRefreshAndLogoutHoldTheStatementsAndNothingAboutAnybody(t *testing.T) {
	t.Parallel()
	c := collecting(t, "127.0.0.1:0")
	s := withUser(t, pg.Database(t), "OTEL_EXPORTER_OTLP_ENDPOINT="+c.url, "OTEL_EXPORTER_OTLP_HEADERS=x-tenant=a%20b",
		"OTEL_SERVICE_NAME=tokens", "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test,service.name=other")
	from := s.calledFrom(canaryAddress)
	login := url.Values{"username": {maria}, "password": {mariasPassword}}.Encode()
	first := from.ask("POST", "/auth/token", "", login).token(t)
	second := from.ask("POST", "/auth/token/refresh_token", first, "").token(t)
	third := from.ask("POST", "/auth/token/refresh_token", second, "").token(t)
	from.ask("GET", "/auth/me", third, "")
	from.ask("GET", "/auth/sessions?canary="+third, third, "")
	from.ask("GET", "/"+third, third, "")
	from.ask("CANARY", "/auth/token/", third, "")
	from.ask("POST", "/auth/token", "", "username=canary&password=canary")
	from.ask("POST", "/auth/logout", third, "").isEmpty(t, http.StatusNoContent)
	from.ask("POST", "/auth/token/refresh_token", third, "").isTurnedAway(t)
	if code := s.Stop(syscall.SIGTERM); code != 0 {
		t.Fatalf("the service ended with %d, want 0", code)
	}

	spans := c.spans()
	if got := c.header.Get("X-Tenant"); got != "a b" {
		t.Errorf("the collector was sent the header %q, want what was configured", got)
	}
	if got := c.service(); got["service.name"] != "tokens" || got["deployment.environment.name"] != "test" || got["service.version"] == "" {
		t.Errorf("the service is described as %v", got)
	}
	for name, want := range map[string]int{
		"POST /auth/token": 2, "POST /auth/token/refresh_token": 3, "GET /auth/me": 1, "GET /auth/sessions": 1, "POST /auth/logout": 1,
		"GET": 1, "HTTP /auth/token": 1, "GET /readyz": 0, "GET /healthz": 0,
	} {
		if got := len(named(spans, name)); got != want {
			t.Errorf("there are %d spans %s, want %d", got, name, want)
		}
	}
	holdRotations(t, s, named(spans, "POST /auth/token/refresh_token"), spans)
	holdsNothingOf(t, spans, readJWT(t, third, secretKey), first, second, third)
}

// holdRotations checks that the statement of a refresh is found below it, and the refresh by its line in the log.
func holdRotations(t *testing.T, s *service, refreshes, spans []*span) {
	t.Helper()
	for _, refresh := range refreshes[:2] {
		var rotated bool
		for _, child := range childrenOf(spans, refresh) {
			text := attributesOf(child.GetAttributes())["db.query.text"]
			rotated = rotated || strings.Contains(text, "UPDATE") && strings.Contains(text, "unnest") && strings.Contains(text, "$6")
		}
		if !rotated {
			t.Errorf("below the span of a refresh there is no statement that rotates: %v", childrenOf(spans, refresh))
		}
		if trace := hex.EncodeToString(refresh.GetTraceId()); s.loggedTraces()[trace] == "" || trace == followed {
			t.Errorf("no line of the log has the trace %s of a refresh, or it is a stranger's", trace)
		}
		if len(refresh.GetLinks()) != 1 || hex.EncodeToString(refresh.GetLinks()[0].GetTraceId()) != followed {
			t.Errorf("a refresh is linked to %v, want its caller's trace", refresh.GetLinks())
		}
	}
}

// loggedTraces returns the request id of each trace in the log.
func (s *service) loggedTraces() map[string]string {
	ids := map[string]string{}
	for line := range strings.Lines(s.Out.String()) {
		var l struct {
			Trace   string `json:"trace_id"`
			Request string `json:"request_id"`
		}
		if json.Unmarshal([]byte(line), &l) == nil && l.Trace != "" {
			ids[l.Trace] = l.Request
		}
	}
	return ids
}

func holdsNothingOf(t *testing.T, spans []*span, token jwt, tokens ...string) {
	t.Helper()
	var text strings.Builder
	for _, s := range spans {
		text.WriteString(prototext.Format(s))
	}
	hidden := map[string]string{
		"the address": maria, "its name": "maria", "the password": mariasPassword, "the client's address": canaryAddress,
		"a forwarded address": "203.0.113.99", "what a client wrote": "canary", "the session": token.text(t, "sid"),
		"the user": token.text(t, "uid"), "a token's id": token.text(t, "jti"), "a database user": "postgres@",
	}
	for i, raw := range tokens {
		parts := strings.Split(raw, ".")
		hidden[fmt.Sprint("the claims of token ", i)], hidden[fmt.Sprint("the signature of token ", i)] = parts[1], parts[2]
		hidden[fmt.Sprint("the id of token ", i)] = readJWT(t, raw, secretKey).text(t, "jti")
	}
	for what, value := range hidden {
		if strings.Contains(strings.ToLower(text.String()), strings.ToLower(value)) {
			t.Errorf("%s is in a span:\n%s", what, text.String())
		}
	}
}

func TestTraces_ACollectorThatIsDownOrSlowHoldsUpNobody(t *testing.T) {
	t.Parallel()
	for name, endpoint := range map[string]string{
		"down": "http://" + program.FreeAddress(t), "silent": "http://" + silent(t), "failing": refusing(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := withUser(t, pg.Database(t), "OTEL_EXPORTER_OTLP_ENDPOINT="+endpoint, "OTEL_EXPORTER_OTLP_TIMEOUT=300",
				"OTEL_BSP_SCHEDULE_DELAY=20", "OTEL_BSP_MAX_QUEUE_SIZE=16", "SHUTDOWN_TIMEOUT=5s")
			token := s.loggedIn()
			for range 200 {
				began := time.Now()
				token = s.refreshed(token)
				if took := time.Since(began); took > 2*time.Second {
					t.Fatalf("a refresh took %v", took)
				}
			}
			program.Within(t, 5*time.Second, "the log says that traces get lost", func() bool { return s.says("traces cannot be sent") > 0 })
			began := time.Now()
			if code, took := s.Stop(syscall.SIGTERM), time.Since(began); code != 0 || took > 5*time.Second {
				t.Errorf("the service ended with %d after %v, want 0 within SHUTDOWN_TIMEOUT", code, took)
			}
			if n := s.says("traces cannot be sent"); n != 1 {
				t.Errorf("the log says %d times that traces get lost, want once", n)
			}
		})
	}
}

func TestTraces_AreSentAgainOnceTheCollectorIsBack(t *testing.T) {
	t.Parallel()
	addr := program.FreeAddress(t)
	s := withUser(t, "sqlite:vidaplus.db", "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+addr, "OTEL_EXPORTER_OTLP_TIMEOUT=300",
		"OTEL_BSP_SCHEDULE_DELAY=20")
	token := s.loggedIn()
	program.Within(t, 10*time.Second, "the log says that traces get lost", func() bool { return s.says("traces cannot be sent") == 1 })
	c := collecting(t, addr)
	s.refreshed(token)
	program.Within(t, 10*time.Second, "the span arrives", func() bool { return len(named(c.spans(), "POST /auth/token/refresh_token")) == 1 })
	program.Within(t, 10*time.Second, "the log says so", func() bool { return s.says("traces can be sent again") == 1 })
}

func (s *service) says(message string) int {
	return strings.Count(s.Out.String(), `"message":"`+message+`"`)
}

// silent returns an address that takes connections and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(context.WithoutCancel(t.Context()), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

// refusing returns the URL of a collector that is always overloaded.
func refusing(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
