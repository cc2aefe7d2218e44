package e2e

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// revoke ends the session of a token as the client in aClient.
func (s *service) revoke(token string) answer {
	s.T.Helper()
	return s.call(http.MethodPost, "/auth/revoke", "", "token="+url.QueryEscape(token), form, basic(clientID, clientSecret))
}

// revokeAs ends the session of a token as the bearer of another one, or of the same.
func (s *service) revokeAs(bearer, token string) answer {
	s.T.Helper()
	return s.call(http.MethodPost, "/auth/revoke", bearer, "token="+url.QueryEscape(token), form)
}

func TestRevoke_AClientEndsTheSessionOfAnyToken(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient, "REFRESH_GRACE=0s")
		s.AddUser(joao, mariasPassword)
		current, other, theirs, old := s.loggedIn(), s.loggedIn(), s.login(joao, mariasPassword).token(t), untracked(maria, time.Minute)
		oldest := s.loggedIn()
		newest := s.refreshed(s.refreshed(oldest))
		for _, token := range []string{current, theirs, old, oldest} {
			s.revoke(token).isEmpty(t, http.StatusOK)
			s.revoke(token).isEmpty(t, http.StatusOK)
		}
		for _, token := range []string{current, theirs, old, newest} {
			s.forgets(token)
		}
		s.refreshed(other)
		s.records("token_reused", 0)
		s.records("session_revoked", 4)
	})
}

func TestRevoke_WhateverTheTokenWasTheAnswerIsTheSame(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		token := s.loggedIn()
		payload := readJWT(t, token, secretKey).payload
		for _, bad := range []string{
			"abc", "a.b.c", "é", " ", token + "x", token + " ", expired(t, token), untracked("nobody@example.com", time.Minute),
			forge("another key of at least thirty-two bytes", jwtHeader, payload), encoded(`{"alg":"none"}`) + "." + encoded(payload) + ".",
		} {
			s.revoke(bad).isEmpty(t, http.StatusOK)
			s.revokeAs(token, bad).isEmpty(t, http.StatusOK)
		}
		s.refreshed(token)
		s.records("session_revoked", 0)
	})
}

func TestRevoke_WhoeverHasATokenEndsItsSessionAndNoOther(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		s.AddUser(joao, mariasPassword)
		token, other, theirs := s.loggedIn(), s.loggedIn(), s.login(joao, mariasPassword).token(t)
		s.revokeAs(token, theirs).isEmpty(t, http.StatusOK)
		s.revokeAs(token, other).isEmpty(t, http.StatusOK)
		s.refreshed(theirs)
		s.refreshed(other)
		s.revokeAs(token, token).isEmpty(t, http.StatusOK)
		s.forgets(token)

		first := s.loggedIn()
		second := s.refreshed(first)
		s.revokeAs(second, first).isEmpty(t, http.StatusOK)
		s.forgets(second)
		old := untracked(maria, time.Minute)
		s.revokeAs(old, old).isEmpty(t, http.StatusOK)
		s.forgets(old)
		s.records("session_revoked", 3)
		s.records("token_reused", 0)
	})
}

func TestRevoke_ABadBearerIsRefusedAndEndsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		token := s.loggedIn()
		for _, bad := range []string{"abc", "a.b.c", token + "x", expired(t, token), untracked("nobody@example.com", time.Minute)} {
			got := s.revokeAs(bad, token)
			if got.status != http.StatusUnauthorized || got.body != `{"error":"invalid_client"}` {
				t.Errorf("the answer is %d %s", got.status, got.body)
			}
		}
		s.refreshed(token)
	})
}
