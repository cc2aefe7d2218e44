package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func (s *service) logout(token, query string) answer {
	s.T.Helper()
	return s.call(http.MethodPost, "/auth/logout"+query, token, "")
}

// forgets checks that a session is over wherever one of its tokens may be presented.
func (s *service) forgets(token string) {
	s.T.Helper()
	s.turnsAway(token)
	s.logout(token, "").isTurnedAway(s.T)
	s.isInactive(token)
	s.refuses(token)
}

// aClient makes introspection work.
const aClient = "INTROSPECTION_CLIENTS=" + clientID + ":" + clientSecret

func TestLogout_EndsOnlyThisSession(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		for _, query := range []string{"", "?scope=local", "/?scope=local&more=1"} {
			token, other := s.loggedIn(), s.loggedIn()
			s.logout(token, query).isEmpty(t, http.StatusNoContent)
			s.forgets(token)
			s.refreshed(other)
		}
		s.records("logged_out", 3)
		s.records("token_reused", 0)
	})
}

func TestLogout_OthersEndsTheUsersOtherSessions(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		s.AddUser(joao, mariasPassword)
		token, one, two := s.loggedIn(), s.loggedIn(), s.refreshed(untracked(maria, time.Minute))
		bystander := s.login(joao, mariasPassword).token(t)
		s.logout(token, "?scope=others").isEmpty(t, http.StatusNoContent)
		s.forgets(one)
		s.forgets(two)
		s.refreshed(token)
		s.refreshed(bystander)
	})
}

func TestLogout_GlobalEndsEverySessionOfTheUser(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		s.AddUser(joao, mariasPassword)
		token, one, aside := s.loggedIn(), s.loggedIn(), untracked(maria, time.Minute)
		bystander := s.login(joao, mariasPassword).token(t)
		s.logout(token, "?scope=global").isEmpty(t, http.StatusNoContent)
		s.forgets(token)
		s.forgets(one)
		s.refuses(aside)
		s.refreshed(bystander)
		s.refreshed(s.loggedIn())
	})
}

func TestLogout_AnyUnexpiredTokenOfTheSessionWillDo(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient, "REFRESH_GRACE=0s")
		for _, scope := range []string{"local", "others", "global"} {
			oldest, other := s.loggedIn(), s.loggedIn()
			current := s.refreshed(s.refreshed(oldest))
			s.logout(oldest, "?scope="+scope).isEmpty(t, http.StatusNoContent)
			if scope == "local" {
				s.refreshed(other)
			} else {
				s.forgets(other)
			}
			if scope == "others" {
				s.refreshed(current)
			} else {
				s.forgets(current)
			}
		}
		s.records("token_reused", 0)
	})
}

func TestLogout_AnExpiredTokenEndsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token, other := s.loggedIn(), s.loggedIn()
		s.logout(expired(t, token), "?scope=global").isTurnedAway(t)
		s.refreshed(token)
		s.refreshed(other)
	})
}

func TestLogout_ASecondOneIsRefusedAndEndsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token, other := s.loggedIn(), s.loggedIn()
		s.logout(token, "").isEmpty(t, http.StatusNoContent)
		s.logout(token, "").isTurnedAway(t)
		s.logout(token, "?scope=global").isTurnedAway(t)
		s.refreshed(other)
	})
}

func TestLogout_AnUnknownScopeIsAMistakeOnlyWithAGoodToken(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		over, token := s.loggedIn(), s.loggedIn()
		s.logout(over, "").isEmpty(t, http.StatusNoContent)
		for _, query := range []string{"?scope=everything", "?scope=LOCAL", "?scope=", "?scope=local&scope=global"} {
			if got := s.logout(token, query); got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s is answered with %d %s", query, got.status, got.body)
			}
			s.logout("", query).is(t, http.StatusUnauthorized, notAuthenticated)
			s.logout(token+"x", query).isTurnedAway(t)
			s.logout(over, query).isTurnedAway(t)
			s.logout(expired(t, token), query).isTurnedAway(t)
		}
		s.refreshed(token)
	})
}

func TestLogout_AnUntrackedTokenIsTakenInAndEnded(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		old, other := untracked(maria, 10*time.Minute), untracked(maria, 11*time.Minute)
		s.logout(old, "").isEmpty(t, http.StatusNoContent)
		s.forgets(old)
		s.refreshed(other)
	})
}

func TestReplicas_WhatAUserEndsOnOneIsOverOnTheOtherAtOnce(t *testing.T) {
	t.Parallel()
	replicas := replicated(t, 2, pg.Database(t), aClient)
	one, other := replicas[0], replicas[1]
	for name, end := range map[string]func(own, ended string) answer{
		"logout of the others": func(own, _ string) answer { return one.logout(own, "?scope=others") },
		"logout":               func(_, ended string) answer { return one.logout(ended, "") },
		"logout everywhere":    func(_, ended string) answer { return one.logout(ended, "?scope=global") },
		"end of one session":   func(own, ended string) answer { return one.endSession(own, sessionOf(t, ended)) },
		"change of password":   func(own, _ string) answer { return one.changePassword(own, mariasPassword, newPassword) },
		"revocation":           func(_, ended string) answer { return one.revoke(ended) },
	} {
		t.Run(name, func(t *testing.T) {
			for range 5 {
				own, ended := one.loggedIn(), other.refreshed(one.loggedIn())
				other.me(ended)
				if got := end(own, ended); got.status >= http.StatusMultipleChoices || got.body != "" {
					t.Fatalf("the answer is %d %s", got.status, got.body)
				}
				other.forgets(ended)
				one.Must(mariasPassword+"\n", "users", "set-password", maria, "--password-stdin")
			}
		})
	}
}
