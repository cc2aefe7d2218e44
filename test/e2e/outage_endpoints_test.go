package e2e

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// needy are the requests of a good token that cannot be answered without a store, with what they are answered while there
// is one. Whatever ends the session comes last.
func needy(token, other string) []exchange {
	bearer, others := "Authorization: Bearer "+token, "Authorization: Bearer "+other
	const change = `{"current_password":"` + mariasPassword + `","new_password":"` + mariasPassword + `!"}`
	return []exchange{
		{name: "me", method: "GET", path: "/auth/me", header: []string{bearer}, status: 200},
		{name: "sessions", method: "GET", path: "/auth/sessions", header: []string{bearer}, status: 200},
		{name: "introspect", method: "POST", path: "/auth/introspect", header: []string{form, basic(clientID, clientSecret)},
			body: "token=" + token, status: 200},
		{name: "end of a session", method: "DELETE", path: "/auth/sessions/some", header: []string{bearer}, status: 404},
		{name: "unknown scope", method: "POST", path: "/auth/logout?scope=some", header: []string{bearer}, status: 422},
		{name: "no passwords", method: "PUT", path: "/auth/password", header: []string{bearer, jsonBody}, body: "{}", status: 422},
		{name: "password", method: "PUT", path: "/auth/password", header: []string{bearer, jsonBody}, body: change, status: 204},
		{name: "revoke as bearer", method: "POST", path: "/auth/revoke", header: []string{form, others}, body: "token=" + other, status: 200},
		{name: "logout of the others", method: "POST", path: "/auth/logout?scope=others", header: []string{bearer}, status: 204},
		{name: "logout", method: "POST", path: "/auth/logout", header: []string{bearer}, status: 204},
		{name: "revoke", method: "POST", path: "/auth/revoke", header: []string{form, basic(clientID, clientSecret)},
			body: "token=" + token, status: 200},
	}
}

func (s *service) tell(e exchange) (answer, error) {
	return s.tryCall(e.method, e.path, "", e.body, e.header...)
}

func TestOutage_EveryEndpointSaysSoInTimeAndWorksAgainAfterwards(t *testing.T) {
	t.Parallel()
	for what, outage := range outages {
		t.Run("the server "+what, func(t *testing.T) {
			t.Parallel()
			server := pg.Start(t)
			s := withUser(t, server.URL(), aClient, "STORE_TIMEOUT=1s")
			token, other := s.loggedIn(), s.loggedIn()
			outage.begin(server)
			for range 2 {
				s.isWithoutAStore(needy(token, other))
			}
			s.isStillSure(token)
			outage.end(server)
			program.Within(t, 10*time.Second, "the service is ready again", s.ready)
			s.me(token)
			s.me(other)
			for _, e := range needy(token, other) {
				if got, err := s.tell(e); err != nil || got.status != e.status {
					t.Errorf("%s is answered with %d %s, %v, want %d", e.name, got.status, got.body, err, e.status)
				}
			}
			s.turnsAway(other)
			s.records("token_reused", 0)
		})
	}
}

// isWithoutAStore sends all requests at once and checks that each is told to come again, in time.
func (s *service) isWithoutAStore(requests []exchange) {
	s.T.Helper()
	began := time.Now()
	var all sync.WaitGroup
	for _, e := range requests {
		all.Go(func() {
			got, err := s.tell(e)
			if took := time.Since(began); took > 3*time.Second {
				s.T.Errorf("%s was answered after %v", e.name, took)
			}
			if err != nil || got.status != http.StatusServiceUnavailable || got.body != detail("Service unavailable") ||
				got.header.Get("Retry-After") != "1" {
				s.T.Errorf("%s is answered with %d %v %s, %v", e.name, got.status, got.header, got.body, err)
			}
		})
	}
	all.Wait()
}

// isStillSure checks that what is decided without a store still is.
func (s *service) isStillSure(token string) {
	s.T.Helper()
	s.call(http.MethodGet, "/auth/me", token+"x", "").isTurnedAway(s.T)
	s.call(http.MethodGet, "/auth/me", expired(s.T, token), "").isTurnedAway(s.T)
	s.call(http.MethodGet, "/auth/sessions", "", "").is(s.T, http.StatusUnauthorized, notAuthenticated)
	s.isInactive(token + "x")
	s.revoke(token+"x").isEmpty(s.T, http.StatusOK)
	s.call(http.MethodPost, "/auth/introspect", "", "token="+token, form, basic(clientID, "wrong")).isNoClient(s.T)
	if got := s.call(http.MethodGet, "/.well-known/jwks.json", "", ""); got.status != http.StatusOK {
		s.T.Errorf("the keys are answered with %d", got.status)
	}
}
