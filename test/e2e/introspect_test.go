package e2e

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// introspection is what a resource server is told of a token.
type introspection struct {
	Active    bool   `json:"active"`
	Subject   string `json:"sub"`
	ExpiresAt int64  `json:"exp"`
	IssuedAt  int64  `json:"iat"`
	ID        string `json:"jti"`
	SessionID string `json:"sid"`
	UserID    string `json:"uid"`
	Issuer    string `json:"iss"`
	Audience  string `json:"aud"`
	TokenType string `json:"token_type"`
}

// basic returns the header of a client as RFC 6749 §2.3.1 has it.
func basic(id, secret string) string { return asTyped(url.QueryEscape(id), url.QueryEscape(secret)) }

// asTyped returns the header of a client that is not encoded first, as curl sends it.
func asTyped(id, secret string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

// introspect asks about a token as the client in aClient.
func (s *service) introspect(token string) answer {
	s.T.Helper()
	return s.call(http.MethodPost, "/auth/introspect", "", "token="+url.QueryEscape(token), form, basic(clientID, clientSecret))
}

func (s *service) isInactive(token string) {
	s.T.Helper()
	if got := s.introspect(token); got.status != http.StatusOK || got.body != `{"active":false}` {
		s.T.Fatalf("the token is answered with %d %s, want that it is not active and nothing else", got.status, got.body)
	}
}

func (s *service) isActive(token string) introspection {
	s.T.Helper()
	var told introspection
	s.introspect(token).read(s.T, &told)
	if !told.Active {
		s.T.Fatal("the token is said not to be active")
	}
	return told
}

func TestIntrospect_TellsWhatTheTokenSays(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient, "ISSUER=https://auth.example.com", "AUDIENCE=api")
		token := s.refreshed(s.loggedIn())
		j := readJWT(t, token, secretKey)
		want := introspection{
			Active: true, Subject: maria, ExpiresAt: j.seconds(t, "exp"), IssuedAt: j.seconds(t, "iat"), ID: j.text(t, "jti"),
			SessionID: j.text(t, "sid"), UserID: j.text(t, "uid"), Issuer: "https://auth.example.com", Audience: "api",
			TokenType: "bearer",
		}
		if got := s.isActive(token); got != want {
			t.Errorf("the token is told to be %+v, want %+v", got, want)
		}
		if cache := s.introspect(token).header.Get("Cache-Control"); cache != "no-store" {
			t.Errorf("Cache-Control is %q", cache)
		}
		s.Must("", "users", "set-email", maria, "silva@example.com")
		if got := s.isActive(token); got.Subject != "silva@example.com" {
			t.Errorf("the token is told to be of %s", got.Subject)
		}
		s.refreshed(token)
	})
}

func TestIntrospect_ATokenIsActiveWhileItIsCurrentAndWithinTheGrace(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient, "REFRESH_GRACE=2s")
		oldest := s.loggedIn()
		replaced := s.refreshed(oldest)
		current := s.refreshed(replaced)
		if id := readJWT(t, replaced, secretKey).text(t, "jti"); s.isActive(replaced).ID != id {
			t.Error("of the token just replaced something else is told")
		}
		s.isInactive(oldest)
		program.Within(t, 10*time.Second, "the grace is over", func() bool {
			return s.introspect(replaced).body == `{"active":false}`
		})
		s.isActive(current)
		s.records("token_reused", 0)
		s.refreshed(current)
	})
}

func TestIntrospect_WhatIsNoGoodIsNotActiveAndNothingEnds(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		s.AddUser(joao, mariasPassword)
		token, over, theirs := s.loggedIn(), s.loggedIn(), s.login(joao, mariasPassword).token(t)
		payload := readJWT(t, token, secretKey).payload
		for _, bad := range []string{
			"abc", "a.b.c", "é", " ", token + "x", token + " ", "Bearer " + token, expired(t, token), strings.Repeat("a", 5000),
			forge("another key of at least thirty-two bytes", jwtHeader, payload), encoded(`{"alg":"none"}`) + "." + encoded(payload) + ".",
			untracked("nobody@example.com", time.Minute), untracked(maria, -time.Minute),
		} {
			s.isInactive(bad)
		}
		s.logout(over, "").isEmpty(t, http.StatusNoContent)
		s.isInactive(over)
		s.Must("", "users", "disable", joao)
		s.isInactive(theirs)
		s.isActive(token)
		s.refreshed(token)
	})
}

func TestIntrospect_AnUntrackedTokenIsTakenInAsTheCurrentOne(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		old := untracked(maria, 10*time.Minute)
		told := s.isActive(old)
		if told.Subject != maria || told.IssuedAt != 0 || s.isActive(old) != told {
			t.Errorf("the token is told to be %+v", told)
		}
		next := s.refreshed(old)
		if sessionOf(t, next) != told.SessionID {
			t.Error("the refresh began another session")
		}
		s.refreshed(next)
		s.isInactive(old)
		s.records("untracked_token_taken_in", 1)
	})
}
