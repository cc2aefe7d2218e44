package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

const (
	maria          = "maria@example.com"
	joao           = "joao@example.com"
	mariasPassword = "correct horse battery"

	badCredentials   = "Incorrect email or password"
	badToken         = "Could not validate credentials"
	notAuthenticated = "Not authenticated"
)

// lifetime is how long a token lasts unless a test says otherwise.
const lifetime = 30 * time.Minute

// withUser starts a service on which maria has an account.
func withUser(t *testing.T, database string, env ...string) *service {
	t.Helper()
	s := start(t, database, env...)
	s.AddUser(maria, mariasPassword)
	return s
}

// loggedIn returns the token of a new session of maria's.
func (s *service) loggedIn() string {
	s.T.Helper()
	return s.login(maria, mariasPassword).token(s.T)
}

// refreshed presents a token that has to be good and returns the one that came for it.
func (s *service) refreshed(token string) string {
	s.T.Helper()
	return s.refresh(token).token(s.T)
}

// refuses presents a token that must not be good any more.
func (s *service) refuses(token string) {
	s.T.Helper()
	s.refresh(token).isTurnedAway(s.T)
}

// call sends a request that bears a token, or none for "", with lines of further header fields.
func (s *service) call(method, path, token, body string, header ...string) answer {
	s.T.Helper()
	got, err := s.tryCall(method, path, token, body, header...)
	if err != nil {
		s.T.Fatal(err)
	}
	return got
}

// tryCall is for other goroutines.
func (s *service) tryCall(method, path, token, body string, header ...string) (answer, error) {
	request, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Add(name, value)
	}
	return send(request)
}

// isTurnedAway checks that a token was presented that is no good.
func (a answer) isTurnedAway(t *testing.T) {
	t.Helper()
	a.is(t, http.StatusUnauthorized, badToken)
	if challenge := a.header.Get("WWW-Authenticate"); challenge != `Bearer error="invalid_token"` {
		t.Fatalf("the challenge is %q", challenge)
	}
}

// isEmpty checks that there is nothing but this status.
func (a answer) isEmpty(t *testing.T, status int) {
	t.Helper()
	if a.status != status || a.body != "" {
		t.Fatalf("the answer is %d %s, want %d and no body", a.status, a.body, status)
	}
}

// read puts the body of a success into target, which has to know every member.
func (a answer) read(t *testing.T, target any) {
	t.Helper()
	body := json.NewDecoder(strings.NewReader(a.body))
	body.DisallowUnknownFields()
	if err := body.Decode(target); a.status != http.StatusOK || err != nil {
		t.Fatalf("the answer is %d %s, %v, want 200 with its members", a.status, a.body, err)
	}
}

// recorded counts the security events of a kind in the service's log.
func (s *service) recorded(event string) int {
	return strings.Count(s.Out.String(), `"event":"`+event+`"`)
}

// records checks how many security events of a kind are in the service's log.
func (s *service) records(event string, want int) {
	s.T.Helper()
	program.Within(s.T, 5*time.Second, "the event is in the log", func() bool { return s.recorded(event) >= want })
	if got := s.recorded(event); got != want {
		s.T.Fatalf("the log has %d events %s, want %d", got, event, want)
	}
}

// restart ends the service and starts it anew on the same database, with further settings.
func (s *service) restart(env ...string) {
	s.T.Helper()
	if code := s.Stop(syscall.SIGTERM); code != 0 {
		s.T.Fatalf("the service ended with %d", code)
	}
	s.Env = append(s.Env, env...)
	s.Start()
}
