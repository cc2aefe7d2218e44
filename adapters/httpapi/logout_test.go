package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

const jsonType = "Content-Type: application/json"

func asBearer(token string) string { return "Authorization: Bearer " + token }

// isLoggedIn reports whether the token is still taken.
func (s *stage) isLoggedIn(t *testing.T, token string) bool {
	t.Helper()
	r := s.send(t, request("GET", "/auth/me", "", asBearer(token)))
	if r.status != http.StatusOK && r.status != http.StatusUnauthorized {
		t.Fatalf("%d %s, want 200 or 401", r.status, r.body)
	}
	return r.status == http.StatusOK
}

func TestLogout_Answers(t *testing.T) {
	s := newStage(t, nil)
	post := func(target, body string) string { return request("POST", target, body, asBearer(s.logIn(t))) }
	query := func(query string) string { return post("/auth/logout?"+query, "") }
	compare(t, s, "logout.txt", []exchange{
		{"no scope", post("/auth/logout", "")},
		{"with a slash", post("/auth/logout/?scope=local", "")},
		{"with a body", post("/auth/logout", `{"scope":"global"}`)},
		{"escaped", query("a=b&%73cope=l%6fcal;")},
		{"with a semicolon", query("scope=others;x=y")},
		{"unknown scope", query("scope=all")},
		{"upper case", query("scope=LOCAL")},
		{"empty scope", query("scope=")},
		{"name only", query("scope")},
		{"twice", query("scope=local&scope=local")},
		{"characters that JSON escapes", query("scope=%22%5C%0A%3C%E2%80%A8%FF")},
		{"long scope", query("scope=" + strings.Repeat("a", maxEcho+1))},
		{"no credentials", request("POST", "/auth/logout?scope=all", "")},
		{"a bad token", request("POST", "/auth/logout?scope=local", "", asBearer("x"))},
		{"a bad token and scope", request("POST", "/auth/logout?scope=all", "", asBearer("x"))},
		{"GET", request("GET", "/auth/logout", "")},
		{"others", query("scope=others")},
	})
}

func TestLogout_EndsWhatItsScopeSays(t *testing.T) {
	for scope, want := range map[string]struct{ own, other bool }{
		"": {false, true}, "?scope=local": {false, true}, "?scope=others": {true, false}, "?scope=global": {false, false},
	} {
		s := newStage(t, nil)
		own, other := s.logIn(t), s.logIn(t)
		somebody := tokenOf(t, s.send(t, form("username=ana@email.com&password=100%;x=1+%26%2B%c3%a9")))
		r := s.send(t, request("POST", "/auth/logout"+scope, "", asBearer(own)))
		if r.status != http.StatusNoContent {
			t.Fatalf("%q: %d %s, want 204", scope, r.status, r.body)
		}
		if s.isLoggedIn(t, own) != want.own || s.isLoggedIn(t, other) != want.other || !s.isLoggedIn(t, somebody) {
			t.Errorf("%q: want the own session %t, the other %t, another user's untouched", scope, want.own, want.other)
		}
	}
}

func TestLogout_TakesATokenThatWasReplaced(t *testing.T) {
	s := newStage(t, nil)
	first := s.logIn(t)
	second := tokenOf(t, s.send(t, refresh("Bearer "+first)))
	third := tokenOf(t, s.send(t, refresh("Bearer "+second)))
	if r := s.send(t, request("POST", "/auth/logout", "", asBearer(first))); r.status != http.StatusNoContent {
		t.Errorf("%d %s, want 204", r.status, r.body)
	}
	if s.isLoggedIn(t, third) {
		t.Error("the session goes on after its logout")
	}
}

func TestLogout_AWrongScopeEndsNothing(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	for _, query := range []string{"scope=all", "scope=", "scope=local&scope=global", "scope=global;"} {
		r := s.send(t, request("POST", "/auth/logout?"+query, "", asBearer(token)))
		if r.status != http.StatusUnprocessableEntity || !s.isLoggedIn(t, token) {
			t.Errorf("%s: %d %s, want 422 and the session untouched", query, r.status, r.body)
		}
	}
}
