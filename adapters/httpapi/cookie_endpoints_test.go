package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestCookie_OpensEveryProtectedEndpoint(t *testing.T) {
	s := newStage(t, withCookie)
	token := s.logIn(t)
	own := s.listed(t, token)[0].ID
	cookie := hold(hostCookie, token)
	for _, c := range []struct {
		raw    string
		status int
	}{
		{request("GET", "/auth/me", "", cookie), http.StatusOK},
		{request("GET", "/auth/sessions", "", cookie), http.StatusOK},
		{request("PUT", "/auth/password", `{"current_password":"`+password+`","new_password":"another-long-one"}`, jsonType, cookie),
			http.StatusNoContent},
		{request("DELETE", "/auth/sessions/"+own, "", cookie), http.StatusNoContent},
		{request("GET", "/auth/me", "", cookie), http.StatusUnauthorized},
	} {
		if r := s.send(t, c.raw); r.status != c.status {
			t.Errorf("%.60q: %d %s, want %d", c.raw, r.status, r.body, c.status)
		}
	}
}

func TestCookie_IsNoProofForIntrospectAndRevoke(t *testing.T) {
	s := newStage(t, withCookie)
	token := s.logIn(t)
	for _, target := range []string{"/auth/introspect", "/auth/revoke"} {
		r := s.send(t, request("POST", target, "token="+token, formType, hold(hostCookie, token)))
		if r.status != http.StatusUnauthorized || r.header["Set-Cookie"] != nil || !s.isLoggedIn(t, token) {
			t.Errorf("%s: %d %q %s, want 401 and nothing done", target, r.status, r.header["Set-Cookie"], r.body)
		}
	}
}

func TestCookie_LogoutTakesItAway(t *testing.T) {
	for name, c := range map[string]struct {
		query  string
		cookie func(token string) string
		status int
		kept   bool
	}{
		"local":               {"", same, http.StatusNoContent, false},
		"local, spelled":      {"?scope=local", same, http.StatusNoContent, false},
		"global":              {"?scope=global", same, http.StatusNoContent, false},
		"others":              {"?scope=others", same, http.StatusNoContent, true},
		"a bad token":         {"", spoilt, http.StatusUnauthorized, false},
		"a bad token, global": {"?scope=global", spoilt, http.StatusUnauthorized, false},
		"a bad token, others": {"?scope=others", spoilt, http.StatusUnauthorized, true},
		"an unknown scope":    {"?scope=all", same, http.StatusUnprocessableEntity, true},
		"both wrong":          {"?scope=all", spoilt, http.StatusUnauthorized, true},
	} {
		for host, cookieName := range map[string]string{"api.example": hostCookie, "localhost:8000": plainCookie} {
			s := newStage(t, withCookie)
			cookie := hold(cookieName, c.cookie(s.logIn(t)))
			r := s.send(t, atHost(host, request("POST", "/auth/logout"+c.query, "", cookie)))
			if r.status != c.status {
				t.Errorf("%s: %d %s, want %d", name, r.status, r.body, c.status)
			}
			checkTaken(t, name, r, cookieName, !c.kept)
		}
	}
}

func same(token string) string { return token }

func spoilt(string) string { return "x" }

// checkTaken checks that an answer takes the cookie away, or that it leaves it alone.
func checkTaken(t *testing.T, name string, r reply, cookieName string, taken bool) {
	t.Helper()
	if !taken {
		if set := r.header["Set-Cookie"]; set != nil {
			t.Errorf("%s: Set-Cookie %q, want the cookie left alone", name, set)
		}
		return
	}
	if token, seconds := cookieOf(t, r, cookieName); token != "" || seconds != 0 {
		t.Errorf("%s: the cookie holds %q for %d s, want it gone", name, token, seconds)
	}
}

func TestCookie_LogoutTakesItAwayWhenItsSessionHasEnded(t *testing.T) {
	s := newStage(t, withCookie)
	token := s.logIn(t)
	logout := request("POST", "/auth/logout", "", hold(hostCookie, token))
	checkTaken(t, "first", s.send(t, logout), hostCookie, true)
	again := s.send(t, logout)
	if again.status != http.StatusUnauthorized {
		t.Errorf("again: %d %s, want 401", again.status, again.body)
	}
	checkTaken(t, "again", again, hostCookie, true)
}

// TestCookie_StaysWhereTheLogoutMayNotHaveTakenPlace pins that a session goes on under a name that its owner still has.
func TestCookie_StaysWhereTheLogoutMayNotHaveTakenPlace(t *testing.T) {
	s := newStage(t, withOrigin)
	token := s.logIn(t)
	refused := s.send(t, request("POST", "/auth/logout", "", fromElsewhere, hold(hostCookie, token)))
	if refused.status != http.StatusForbidden || !s.isLoggedIn(t, token) {
		t.Errorf("from another site: %d %s, want 403 and the session untouched", refused.status, refused.body)
	}
	checkTaken(t, "from another site", refused, hostCookie, false)
	s.call = func(context.Context) error { return fmt.Errorf("down: %w", domain.ErrUnavailable) }
	r := s.send(t, request("POST", "/auth/logout", "", hold(hostCookie, token)))
	if r.status != http.StatusServiceUnavailable {
		t.Errorf("without a store: %d %s, want 503", r.status, r.body)
	}
	checkTaken(t, "without a store", r, hostCookie, false)
}

func TestCookie_EndingOnesOwnSessionTakesItAway(t *testing.T) {
	s := newStage(t, withCookie)
	token, other := s.logIn(t), s.logIn(t)
	for _, session := range s.listed(t, token) {
		if session.Current {
			continue
		}
		r := s.send(t, request("DELETE", "/auth/sessions/"+session.ID, "", hold(hostCookie, token)))
		checkTaken(t, "another session", r, hostCookie, false)
	}
	if s.isLoggedIn(t, other) {
		t.Error("the other session goes on")
	}
	own := s.listed(t, token)[0].ID
	checkTaken(t, "own session", s.send(t, request("DELETE", "/auth/sessions/"+own, "", hold(hostCookie, token))), hostCookie, true)
}

func TestCookie_LogoutByHeaderTakesItAwayToo(t *testing.T) {
	s := newStage(t, withCookie)
	r := s.send(t, request("POST", "/auth/logout", "", asBearer(s.logIn(t))))
	if r.status != http.StatusNoContent {
		t.Errorf("%d %s, want 204", r.status, r.body)
	}
	checkTaken(t, "by header", r, hostCookie, true)
}
