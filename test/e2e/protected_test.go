package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// protected are the endpoints that only a bearer of a good token may use, with the methods that each has.
var protected = []struct{ method, path, allow string }{
	{"POST", "/auth/logout", "POST"},
	{"GET", "/auth/me", "GET, HEAD"},
	{"PUT", "/auth/password", "PUT"},
	{"GET", "/auth/sessions", "GET, HEAD"},
	{"DELETE", "/auth/sessions/some", "DELETE"},
}

func TestProtected_WithoutAGoodTokenNothingIsTold(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	token := s.loggedIn()
	forged := forge("another key of at least thirty-two bytes", jwtHeader, readJWT(t, token, secretKey).payload)
	for _, p := range protected {
		for _, slash := range []string{"", "/"} {
			for _, none := range []string{"X-Nothing: at all", "Authorization: ", "Authorization: Basic bWFyaWE6eA==", "Authorization: Token " + token,
				"Cookie: vidaplus_token=" + token, "Cookie: __Host-vidaplus_token=" + token} {
				got := s.call(p.method, p.path+slash+"?access_token="+token, "", "access_token="+token, none, form)
				got.is(t, http.StatusUnauthorized, notAuthenticated)
				if challenge := got.header.Get("WWW-Authenticate"); challenge != "Bearer" {
					t.Errorf("%s: the challenge is %q", p.path, challenge)
				}
			}
			for _, bad := range []string{"abc", "a.b.c", token + "x", forged, token + " x"} {
				s.call(p.method, p.path+slash, bad, "").isTurnedAway(t)
			}
		}
	}
	s.refreshed(token)
}

func TestProtected_AWrongMethodIsRefused(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	token := s.loggedIn()
	for _, p := range protected {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if method == p.method {
				continue
			}
			got := s.call(method, p.path, token, "")
			got.is(t, http.StatusMethodNotAllowed, "Method Not Allowed")
			if allow := got.header.Get("Allow"); allow != p.allow {
				t.Errorf("%s %s: Allow is %q, want %q", method, p.path, allow, p.allow)
			}
		}
	}
	s.refreshed(token)
}

func TestProtected_AnOlderTokenIsRefusedAndEndsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "REFRESH_GRACE=5m")
		oldest := s.loggedIn()
		replaced := s.refreshed(oldest)
		current := s.refreshed(replaced)
		for range 3 {
			s.turnsAway(oldest)
		}
		if s.me(replaced) != s.me(current) {
			t.Error("two tokens of one session are told different things")
		}
		s.records("token_reused", 0)
		if again := s.refreshed(replaced); again != current {
			t.Error("a protected endpoint has rotated the session")
		}
		s.refreshed(current)
	})
}

func TestProtected_TheTokenJustReplacedIsRefusedAfterTheGraceAndEndsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "REFRESH_GRACE=2s")
		first := s.loggedIn()
		second := s.refreshed(first)
		s.me(first)
		program.Within(t, 10*time.Second, "the grace is over", func() bool {
			return s.call(http.MethodGet, "/auth/me", first, "").status != http.StatusOK
		})
		s.turnsAway(first)
		s.me(second)
		s.records("token_reused", 0)
		s.refreshed(second)
	})
}

func TestProtected_AnUntrackedTokenIsTakenInAsTheCurrentOne(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		old := untracked(maria, 10*time.Minute)
		for range 3 {
			if shown := s.me(old); shown.Email != maria {
				t.Errorf("the account is shown as %+v", shown)
			}
		}
		var sessions []ownSession
		s.call(http.MethodGet, "/auth/sessions", old, "").read(t, &sessions)
		if len(sessions) != 1 || !sessions[0].Current {
			t.Errorf("the sessions are %+v", sessions)
		}
		s.records("untracked_token_taken_in", 1)
		first := s.refreshed(old)
		if sessionOf(t, first) != sessions[0].ID {
			t.Error("the refresh began another session")
		}
		s.refreshed(first)
		s.turnsAway(old)
		s.records("token_reused", 0)
		s.records("untracked_token_taken_in", 1)
	})
}

func TestProtected_ADisabledOrRemovedUserIsRefused(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		s.Must("", "users", "disable", maria)
		s.turnsAway(token)
		s.Must("", "users", "enable", maria)
		s.turnsAway(token)
		token = s.loggedIn()
		s.me(token)
		s.Must("", "users", "remove", maria)
		s.turnsAway(token)
		s.turnsAway(untracked(maria, time.Minute))
	})
}

func TestProtected_AnExpiredTokenIsRefusedAndEndsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		s.turnsAway(expired(t, token))
		s.refreshed(token)
	})
}

// expired returns the token as it was if it had been made for an earlier hour.
func expired(t *testing.T, token string) string {
	t.Helper()
	return forge(secretKey, jwtHeader, readJWT(t, token, secretKey).with(t, "exp", "1600000000"))
}
