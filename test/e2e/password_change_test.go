package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const newPassword = "staple of a different kind"

const jsonBody = "Content-Type: application/json"

func (s *service) changePassword(token, current, next string) answer {
	s.T.Helper()
	body, err := json.Marshal(map[string]string{"current_password": current, "new_password": next})
	if err != nil {
		s.T.Fatal(err)
	}
	return s.call(http.MethodPut, "/auth/password", token, string(body), jsonBody)
}

// blames checks that just one field is wrong, and that nothing of a secret is repeated.
func (a answer) blames(t *testing.T, field string) {
	t.Helper()
	var body struct {
		Detail []struct {
			Loc   []string `json:"loc"`
			Input any      `json:"input"`
		} `json:"detail"`
	}
	err := json.Unmarshal([]byte(a.body), &body)
	if a.status != http.StatusUnprocessableEntity || err != nil || len(body.Detail) != 1 ||
		strings.Join(body.Detail[0].Loc, ".") != field || body.Detail[0].Input != nil {
		t.Errorf("the answer is %d %s, want 422 that blames %s alone and repeats nothing", a.status, a.body, field)
	}
}

func TestPassword_AChangeEndsTheUsersOtherSessions(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		s.AddUser(joao, mariasPassword)
		token, other, aside := s.loggedIn(), s.loggedIn(), untracked(maria, lifetime-1)
		bystander := s.login(joao, mariasPassword).token(t)
		s.changePassword(token, mariasPassword, newPassword).isEmpty(t, http.StatusNoContent)
		s.forgets(other)
		s.refuses(aside)
		s.refreshed(bystander)
		s.me(token)
		s.refreshed(s.refreshed(token))
		s.login(maria, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)
		s.refreshed(s.login(maria, newPassword).token(t))
		s.login(joao, mariasPassword).token(t)
		s.records("password_changed", 1)
	})
}

func TestPassword_AWrongCurrentOneChangesNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token, other := s.loggedIn(), s.loggedIn()
		for _, wrong := range []string{"", "wrong", mariasPassword + " ", " " + mariasPassword, strings.ToUpper(mariasPassword),
			mariasPassword + "\x00", newPassword, strings.Repeat("x", 1000)} {
			s.changePassword(token, wrong, newPassword).blames(t, "body.current_password")
		}
		s.login(maria, newPassword).is(t, http.StatusUnauthorized, badCredentials)
		s.refreshed(s.loggedIn())
		s.refreshed(token)
		s.refreshed(other)
	})
}

// weak passwords, by what is wrong with them.
var weak = map[string]string{
	"too short":                "seven77",
	"seven characters of four": strings.Repeat("🦉", 7),
	"too long":                 strings.Repeat("ab ", 85) + "ab",
	"common":                   "password123",
	"common in capitals":       "PASSWORD123",
	"common digits":            "1234567890",
	"common word":              "iloveyou",
	"the address":              maria,
	"the address in capitals":  strings.ToUpper(maria),
}

func TestPassword_AWeakNewOneChangesNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token, other := s.loggedIn(), s.loggedIn()
		for what, password := range weak {
			t.Run(what, func(t *testing.T) {
				s.changePassword(token, mariasPassword, password).blames(t, "body.new_password")
				s.login(maria, password).is(t, http.StatusUnauthorized, badCredentials)
			})
		}
		s.refreshed(s.loggedIn())
		s.refreshed(token)
		s.refreshed(other)
	})
}

func TestPassword_TheCommandsObeyTheSameRules(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	token := s.loggedIn()
	for what, password := range weak {
		t.Run(what, func(t *testing.T) {
			s.fails(2, password+"\n", []string{"users", "set-password", maria, "--password-stdin"}, "password")
			s.Must("", "users", "set-email", maria, joao)
			s.fails(2, password+"\n", []string{"users", "add", maria, "--password-stdin"}, "password")
			s.fails(1, "", []string{"users", "show", maria}, "no such user")
			s.Must("", "users", "set-email", joao, maria)
		})
	}
	s.refreshed(token)
}

// exact passwords are good, and nothing about them may be changed on the way.
var exact = []string{
	"   eight   ", "trailing blanks  ", "\ttabs and é\t", "correct horse battery staple é", "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
	strings.Repeat("🦉", 8), strings.Repeat("é", 256), "quote\"back\\slash<&>", "100%+plus&equals=", "\u2028\u00a0\u200b and more",
}

func TestPassword_IsStoredAndComparedExactlyAsReceived(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		current, token := mariasPassword, s.loggedIn()
		for i, next := range exact {
			if i%2 == 0 {
				s.changePassword(token, current, next).isEmpty(t, http.StatusNoContent)
			} else {
				s.Must(next+"\n", "users", "set-password", maria, "--password-stdin")
			}
			for _, other := range []string{strings.TrimSpace(next), next + " ", strings.ToUpper(next), strings.ReplaceAll(next, "e\u0301", "é")} {
				if other != next {
					s.login(maria, other).is(t, http.StatusUnauthorized, badCredentials)
				}
			}
			token, current = s.login(maria, next).token(t), next
		}
		s.Must(" blanks on both sides \r\n", "users", "add", joao, "--password-stdin")
		s.login(joao, " blanks on both sides ").token(t)
	})
}

func TestPassword_WhatIsNoChangeIsAMistakeOnlyWithAGoodToken(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	over, token := s.loggedIn(), s.loggedIn()
	s.logout(over, "").isEmpty(t, http.StatusNoContent)
	const one, other = `{"current_password":"` + mariasPassword + `"`, `,"new_password":"` + newPassword + `"`
	for what, body := range map[string]string{
		"nothing": "", "no JSON": one, "text behind it": one + other + "}x", "a list": "[" + one + other + "}]", "null": "null",
		"nothing new": one + "}", "a number": one + `,"new_password":1234567890}`, "null as new": one + `,"new_password":null}`,
		"twice": one + other + other + "}", "half a character": one + `,"new_password":"\ud800 and eight more"}`,
	} {
		t.Run(what, func(t *testing.T) {
			got := s.call(http.MethodPut, "/auth/password", token, body, jsonBody)
			if got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, mariasPassword) ||
				strings.Contains(got.body, newPassword) {
				t.Errorf("the answer is %d %s", got.status, got.body)
			}
			s.call(http.MethodPut, "/auth/password", over, body, jsonBody).isTurnedAway(t)
		})
	}
	if got := s.call(http.MethodPut, "/auth/password", token, one+other+"}", form); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a form is answered with %d %s", got.status, got.body)
	}
	s.refreshed(s.loggedIn())
}
