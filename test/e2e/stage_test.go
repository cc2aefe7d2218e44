package e2e

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
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
	s.addUser(maria, mariasPassword)
	return s
}

// loggedIn returns the token of a new session of maria's.
func (s *service) loggedIn() string {
	s.t.Helper()
	return s.login(maria, mariasPassword).token(s.t)
}

// refreshed presents a token that has to be good and returns the one that came for it.
func (s *service) refreshed(token string) string {
	s.t.Helper()
	return s.refresh(token).token(s.t)
}

// refuses presents a token that must not be good any more.
func (s *service) refuses(token string) {
	s.t.Helper()
	got := s.refresh(token)
	got.is(s.t, http.StatusUnauthorized, badToken)
	if challenge := got.header.Get("WWW-Authenticate"); challenge != `Bearer error="invalid_token"` {
		s.t.Fatalf("the challenge is %q", challenge)
	}
}

// recorded counts the security events of a kind in the service's log.
func (s *service) recorded(event string) int {
	return strings.Count(s.out.String(), `"event":"`+event+`"`)
}

// records checks how many security events of a kind are in the service's log.
func (s *service) records(event string, want int) {
	s.t.Helper()
	within(s.t, 5*time.Second, "the event is in the log", func() bool { return s.recorded(event) >= want })
	if got := s.recorded(event); got != want {
		s.t.Fatalf("the log has %d events %s, want %d", got, event, want)
	}
}

// restart ends the service and starts it anew on the same database, with further settings.
func (s *service) restart(env ...string) {
	s.t.Helper()
	if code := s.stop(syscall.SIGTERM); code != 0 {
		s.t.Fatalf("the service ended with %d", code)
	}
	s.env = append(s.env, env...)
	s.start()
}
