package httpapi

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestMe_Answers(t *testing.T) {
	s := newStage(t, nil)
	get := func(target string, headers ...string) string { return request("GET", target, "", headers...) }
	first := s.logIn(t)
	second := tokenOf(t, s.send(t, refresh("Bearer "+first)))
	joao := tokenOf(t, s.send(t, form("username=joão@email.com&password=çã€123456")))
	old, ended := s.logIn(t), s.logIn(t)
	s.send(t, refresh("Bearer "+tokenOf(t, s.send(t, refresh("Bearer "+old)))))
	s.send(t, request("POST", "/auth/logout", "", asBearer(ended)))
	compare(t, s, "me.txt", []exchange{
		{"current token", get("/auth/me", asBearer(second))},
		{"with a slash", get("/auth/me/", asBearer(second))},
		{"HEAD", request("HEAD", "/auth/me", "", asBearer(second))},
		{"the token just replaced", get("/auth/me", asBearer(first))},
		{"a user of many alphabets", get("/auth/me", asBearer(joao))},
		{"an older token", get("/auth/me", asBearer(old))},
		{"of an ended session", get("/auth/me", asBearer(ended))},
		{"no credentials", get("/auth/me")},
		{"Basic", get("/auth/me", asClient)},
		{"not a token", get("/auth/me", asBearer("a.b.c"))},
		{"in the query", get("/auth/me?access_token=" + second)},
		{"POST", request("POST", "/auth/me", "", asBearer(second))},
	})
}

func TestMe_AnOlderTokenEndsNothing(t *testing.T) {
	s := newStage(t, nil)
	first := s.logIn(t)
	second := tokenOf(t, s.send(t, refresh("Bearer "+first)))
	third := tokenOf(t, s.send(t, refresh("Bearer "+second)))
	if s.isLoggedIn(t, first) {
		t.Error("an older token is taken")
	}
	if !s.isLoggedIn(t, third) {
		t.Error("an older token ended the session")
	}
}

func TestMe_IsRefusedAtOnceWhenTheUserIsDisabled(t *testing.T) {
	s := newStage(t, nil)
	token, no := s.logIn(t), false
	if _, err := s.accounts.Change(t.Context(), maria, domain.UserChange{Enabled: &no, At: now()}); err != nil {
		t.Fatal(err)
	}
	if s.isLoggedIn(t, token) {
		t.Error("a token of a disabled user is taken")
	}
}
