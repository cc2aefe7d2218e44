package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

func revoke(body string, headers ...string) string {
	return request("POST", "/auth/revoke", body, append(headers, formType)...)
}

func TestRevoke_Answers(t *testing.T) {
	s := newStage(t, nil)
	first, second, third := s.logIn(t), s.logIn(t), s.logIn(t)
	ended := s.logIn(t)
	s.send(t, request("POST", "/auth/logout", "", asBearer(ended)))
	compare(t, s, "revoke.txt", []exchange{
		{"by a client", revoke("token="+first, asClient)},
		{"again", revoke("token="+first, asClient)},
		{"by its bearer, with a slash", request("POST", "/auth/revoke/", "token="+second, asBearer(second), formType)},
		{"with a hint", revoke("token_type_hint=nonsense&token=x", asClient)},
		{"garbage", revoke("token=%00%FF", asClient)},
		{"too long", revoke("token="+strings.Repeat("a", 5000), asClient)},
		{"another's token by a bearer", revoke("token="+first, asBearer(third))},
		{"garbage by a bearer", revoke("token=x", asBearer(third))},
		{"by a bearer of an ended session", revoke("token="+ended, asBearer(ended))},
		{"no token", revoke("", asClient)},
		{"no token, by a bearer", revoke("", asBearer(third))},
		{"empty token", revoke("token=", asClient)},
		{"token twice", revoke("token=x&token=x", asClient)},
		{"JSON", request("POST", "/auth/revoke", `{"token":"x"}`, asClient, jsonType)},
		{"in the query", request("POST", "/auth/revoke?token=x", "", asClient, formType)},
		{"no credentials", revoke("token=" + third)},
		{"no credentials, no token", revoke("")},
		{"wrong secret", revoke("token="+third, basic("records", "x"))},
		{"broken Basic", revoke("token="+third, "Authorization: Basic ***")},
		{"a token that is none as bearer", revoke("token="+third, asBearer("a.b.c"))},
		{"a bad bearer", revoke("token="+third, asBearer("***"))},
		{"a bad bearer, no token", revoke("", asBearer("a.b.c"))},
		{"GET", request("GET", "/auth/revoke", "", asClient)},
	})
	if !s.isLoggedIn(t, third) {
		t.Error("a session ended that nobody was entitled to end")
	}
}

func TestRevoke_EndsTheSessionOfTheToken(t *testing.T) {
	for name, credentials := range map[string]func(token string) string{
		"by a client": func(string) string { return asClient }, "by its bearer": asBearer,
	} {
		s := newStage(t, nil)
		other, first := s.logIn(t), s.logIn(t)
		second := tokenOf(t, s.send(t, refresh("Bearer "+first)))
		if r := s.send(t, revoke("token="+first, credentials(second))); r.status != http.StatusOK || r.body != "" {
			t.Errorf("%s: %d %s, want 200 without a body", name, r.status, r.body)
		}
		if s.isLoggedIn(t, second) || !s.isLoggedIn(t, other) {
			t.Errorf("%s: want this session ended and no other", name)
		}
	}
}

func TestRevoke_ABearerEndsNoOtherSession(t *testing.T) {
	s := newStage(t, nil)
	own, other := s.logIn(t), s.logIn(t)
	if r := s.send(t, revoke("token="+other, asBearer(own))); r.status != http.StatusOK {
		t.Errorf("%d %s, want 200", r.status, r.body)
	}
	if !s.isLoggedIn(t, other) || !s.isLoggedIn(t, own) {
		t.Error("a session ended, want none")
	}
}

func TestRevoke_ARefusedBearerIsToldBothWaysIn(t *testing.T) {
	s := newStage(t, nil)
	r := s.send(t, revoke("token=x", asBearer("x")))
	got := r.header.Values("WWW-Authenticate")
	if len(got) != 2 || got[0] != challengeClient || got[1] != challengeInvalid {
		t.Errorf("%q, want a challenge for clients, then one for bearers", got)
	}
}
