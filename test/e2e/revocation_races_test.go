package e2e

import (
	"net/http"
	"sync"
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// revocations are the ways in which the sessions of all members end, but for what own says. They are called on another
// replica than some of the refreshes that they race, and when they return the end was acknowledged.
var revocations = []struct {
	name string
	end  func(t *testing.T, s *service, own string, members []string)
}{
	{"each logs out", func(t *testing.T, s *service, _ string, members []string) {
		var all sync.WaitGroup
		for _, token := range members {
			all.Go(func() {
				got, err := s.tryCall(http.MethodPost, "/auth/logout", token, "")
				if err != nil || got.status != http.StatusNoContent {
					t.Errorf("a logout is answered with %d %s, %v", got.status, got.body, err)
				}
			})
		}
		all.Wait()
	}},
	{"one logs the others out", func(t *testing.T, s *service, own string, _ []string) {
		s.logout(own, "?scope=others").isEmpty(t, http.StatusNoContent)
		s.me(own)
	}},
	{"one logs out everywhere", func(t *testing.T, s *service, own string, _ []string) {
		s.logout(own, "?scope=global").isEmpty(t, http.StatusNoContent)
	}},
	{"one changes the password", func(t *testing.T, s *service, own string, _ []string) {
		s.changePassword(own, mariasPassword, newPassword).isEmpty(t, http.StatusNoContent)
		s.me(own)
		s.Must(mariasPassword+"\n", "users", "set-password", maria, "--password-stdin")
	}},
	{"one ends the others' sessions", func(t *testing.T, s *service, own string, members []string) {
		for _, token := range members {
			s.endSession(own, sessionOf(t, token)).isEmpty(t, http.StatusNoContent)
		}
	}},
	{"a client revokes", func(t *testing.T, s *service, _ string, members []string) {
		for _, token := range members {
			s.revoke(token).isEmpty(t, http.StatusOK)
		}
	}},
	{"the operator disables the user", func(_ *testing.T, s *service, _ string, _ []string) {
		s.Must("", "users", "disable", maria)
	}},
}

// Of whatever a refresh hands out while its session is being ended, nothing is good once the end was acknowledged.
func TestRaces_NoTokenOutlivesAnAcknowledgedRevocation(t *testing.T) {
	t.Parallel()
	for _, r := range revocations {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			replicas := replicated(t, 2, pg.Database(t), aClient)
			for range 5 {
				own, members := replicas[0].loggedIn(), crowd(8, replicas...)
				var first []string
				for _, m := range members {
					first = append(first, m.token)
				}
				finish := inBackground(t, members)
				areServed(t, members)
				r.end(t, replicas[1], own, first)
				finish()
				for i, m := range members {
					s := replicas[i%2]
					s.call(http.MethodGet, "/auth/me", m.token, "").isTurnedAway(t)
					s.isInactive(m.token)
					s.refuses(m.token)
				}
				replicas[0].Must("", "users", "enable", maria)
			}
			for _, s := range replicas {
				s.records("token_reused", 0)
			}
		})
	}
}
