package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	maria    = "maria@email.com"
	password = "maria123"
	// odd is the password of ana@email.com: every character in it is easily lost on the way.
	odd = "100%;x=1 &+é"
	// common is the one password that everybody has.
	common = "password"
	// clientSecret is that of the one client: what a form would escape is in it.
	clientSecret = "s3cret%2B+ é"
)

// long is the password of long@email.com: as long as a body can hold, nearly.
var long = strings.Repeat("long", 16000)

// stage is a running server over the real use cases and the stores in memory.
type stage struct {
	server *Server
	meter  *metrics.Meter
	logs   *observer.ObservedLogs
	// call runs before every method of the stores: an error that it returns is the store's answer.
	call func(context.Context) error
	// rotate and find do the same for refreshes and for users who log in.
	rotate func(context.Context) error
	find   func(context.Context) error
	keys   func() error
	ready  func(context.Context) error
	// hashing runs before a password is hashed or checked.
	hashing func() error
	// hashed counts passwords that were checked.
	hashed atomic.Int32
	events events
	// limits are off unless a test is about them, refreshLimit too.
	limits       domain.LoginLimits
	refreshLimit int
	// clients may introspect and revoke: one, unless a test says otherwise.
	clients []domain.ClientCredentials
	// accounts is what the commands change users with.
	accounts accounts
	failed   chan error
}

// newStage starts a server. change may alter its settings, or the stage itself.
func newStage(t *testing.T, change func(*stage, *Settings)) *stage {
	t.Helper()
	s := unstarted()
	settings := DefaultSettings()
	settings.Address, settings.RetryAfter, settings.DrainDelay = "127.0.0.1:0", 1, 0
	if change != nil {
		change(s, &settings)
	}
	core, logs := observer.New(zapcore.DebugLevel)
	s.logs, s.meter = logs, metrics.NewMeter(metrics.Build{})
	log := zap.New(core)
	s.server = NewServer(s.api(t, log, settings), log, settings, func(err error) { s.failed <- err })
	if err := s.server.Start(t.Context()); err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() { _ = s.server.http.Close() })
	return s
}

// unstarted returns a stage on which nothing goes wrong.
func unstarted() *stage {
	none, fine := func(context.Context) error { return nil }, func() error { return nil }
	return &stage{
		call: none, rotate: none, find: none, keys: fine, hashing: fine, ready: none, failed: make(chan error, 1),
		clients: []domain.ClientCredentials{{ID: "records", Secret: domain.NewSecret(clientSecret)}},
	}
}

func (s *stage) api(t testing.TB, log *zap.Logger, settings Settings) *API {
	t.Helper()
	storage := memory.New()
	s.accounts = accounts{memory.NewUserRegister(storage), s}
	s.addUsers(t, s.accounts.UserRegister)
	users, register := users{memory.NewUserStore(storage), s}, register{memory.NewSessionRegister(storage), s}
	sessions, hasher := sessions{memory.NewSessionStore(storage), s}, hasher{s}
	signer := jwtsign.New(domain.NewSecret(strings.Repeat("k", 32)), nil)
	policy := domain.Policy{
		TokenLifetime: time.Hour, SessionMaxAge: 24 * time.Hour, RefreshGrace: 10 * time.Second, MaxSessions: 100,
		RevokeReused: true, RefreshLimit: s.refreshLimit,
	}
	mint := application.NewMint(signer, uuidv7.IDs{}, policy)
	present := application.NewPresent(signer, users, sessions, policy, now, &s.events)
	unanswered := application.NewUnanswered(policy)
	authenticate := application.NewAuthenticate(present, sessions, unanswered, policy)
	guard := application.NewPasswordGuard(hasher, memory.NewAttemptStore(storage), s.limits, now, &s.events)
	rules := domain.PasswordRules{Common: func(password string) bool { return password == common }}
	return NewAPI(UseCases{
		Login:              application.NewLogin(users, sessions, guard, mint, now, &s.events),
		RefreshToken:       application.NewRefreshToken(present, sessions, register, mint, unanswered, &s.events),
		Logout:             application.NewLogout(present, sessions, register, &s.events),
		ShowCaller:         application.NewShowCaller(authenticate, users),
		ChangePassword:     application.NewChangePassword(authenticate, users, s.accounts, guard, rules, &s.events),
		ListOwnSessions:    application.NewListOwnSessions(authenticate, register),
		EndOwnSession:      application.NewEndOwnSession(authenticate, sessions, register, &s.events),
		AuthenticateClient: application.NewAuthenticateClient(s.clients, s.limits, now, &s.events),
		Introspect:         application.NewIntrospect(authenticate, policy),
		RevokeToken:        application.NewRevokeToken(present, register, &s.events),
		Authenticate:       authenticate,
		PublishKeys:        application.NewPublishKeys(ring{signer, s}, now),
	}, func(ctx context.Context) error { return s.ready(ctx) }, time.Now, s.meter, log, settings)
}

func (s *stage) addUsers(t testing.TB, register memory.UserRegister) {
	t.Helper()
	for email, p := range map[string]string{
		maria: password, "ana@email.com": odd, "joão@email.com": "çã€123456", "long@email.com": long,
	} {
		u := domain.User{ID: email, Email: email, Name: odd, PasswordHash: domain.NewSecret(p), Enabled: true, CreatedAt: now()}
		if err := register.Add(t.Context(), u); err != nil {
			t.Fatalf("add a user: %v", err)
		}
	}
}

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// hasher keeps passwords as they are: what hashing costs is not the matter here.
type hasher struct{ *stage }

func (hasher) Hash(_ context.Context, p domain.Secret) (domain.Secret, error) { return p, nil }

func (h hasher) Verify(_ context.Context, hash, p domain.Secret, begin func() error) (ok, outdated bool, err error) {
	if begin != nil {
		if err := begin(); err != nil {
			return false, false, err
		}
	}
	h.hashed.Add(1)
	if err := h.hashing(); err != nil {
		return false, false, err
	}
	return !hash.Empty() && hash.Equal(p), false, nil
}

// events keeps the client of the last event.
type events struct{ last atomic.Pointer[domain.Event] }

func (e *events) Record(_ context.Context, event domain.Event) { e.last.Store(&event) }

// reply is an answer as it came over the wire.
type reply struct {
	status int
	header http.Header
	body   string
	// closes says that the connection ends with this answer.
	closes bool
}

func (s *stage) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.server.Addr().String())
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// send writes raw bytes to a new connection and reads one answer to a request with the given method.
func (s *stage) send(t *testing.T, raw string) reply {
	t.Helper()
	conn := s.dial(t)
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatalf("write: %v", err)
	}
	method, _, _ := strings.Cut(raw, " ")
	return receive(t, bufio.NewReader(conn), method)
}

func receive(t *testing.T, from *bufio.Reader, method string) reply {
	t.Helper()
	response, err := http.ReadResponse(from, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the answer's body: %v", err)
	}
	if len(response.TransferEncoding) > 0 {
		t.Errorf("the answer is chunked, want a Content-Length")
	}
	return reply{status: response.StatusCode, header: response.Header, body: string(body), closes: response.Close}
}

// request spells a request. headers are lines without their ends.
func request(method, target, body string, headers ...string) string {
	lines := append([]string{method + " " + target + " HTTP/1.1", "Host: api.example"}, headers...)
	if body != "" {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

const formType = "Content-Type: application/x-www-form-urlencoded"

func form(body string) string { return request("POST", "/auth/token/", body, formType) }

func (s *stage) logIn(t *testing.T) string {
	t.Helper()
	return tokenOf(t, s.send(t, form("username="+maria+"&password="+password)))
}

func refresh(authorization ...string) string {
	var headers []string
	for _, a := range authorization {
		headers = append(headers, "Authorization: "+a)
	}
	return request("POST", "/auth/token/refresh_token", "", headers...)
}

// requestLines returns the request log.
func (s *stage) requestLines() []observer.LoggedEntry { return s.logs.FilterMessage("request").All() }
