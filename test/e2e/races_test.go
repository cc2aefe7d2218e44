package e2e

import (
	"context"
	"net/http"
	"sync"
	"testing"
)

// patient lets a call of the store wait for its turn behind two hundred others, while other tests use the same disk.
const patient = "STORE_TIMEOUT=30s"

// at200 sends one token from 200 clients at once and returns the answers.
func at200(s *service, token string) []answer {
	got := make([]answer, 200)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i], _ = s.tryRefresh(token) })
	}
	all.Wait()
	return got
}

func TestRaces_TwoHundredRefreshesWithOneTokenGetOneNewToken(t *testing.T) {
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "LOG_LEVEL=warn", patient)
		token := s.loggedIn()
		got := at200(s, token)
		next := got[0].token(t)
		for i := range got {
			if got[i].token(t) != next || next == token {
				t.Fatalf("answer %d carries another token than answer 0, or the old one", i)
			}
		}
		s.refreshed(next)
	})
}

func TestRaces_WithoutAGraceOneOfTwoHundredIsServedAndTheSessionEnds(t *testing.T) {
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "LOG_LEVEL=warn", patient, "REFRESH_GRACE=0s")
		next, served := "", 0
		for _, a := range at200(s, s.loggedIn()) {
			if a.status == http.StatusOK {
				next = a.token(t)
				served++
			} else {
				a.is(t, http.StatusUnauthorized, badToken)
			}
		}
		if served != 1 {
			t.Fatalf("%d of 200 were served, want 1", served)
		}
		s.refuses(next)
	})
}

// A thief presents a stale token while the owner goes on: whoever comes first, the session is over for both.
func TestRaces_AReuseEndsASessionThatIsBeingRotated(t *testing.T) {
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "LOG_LEVEL=warn", patient)
		for range 10 {
			stale := s.loggedIn()
			token := s.refreshed(s.refreshed(stale))
			var all sync.WaitGroup
			all.Go(func() {
				for a, err := s.tryRefresh(token); err == nil && a.status == http.StatusOK; a, err = s.tryRefresh(token) {
					token = a.token(t)
				}
			})
			var thief answer
			all.Go(func() { thief, _ = s.tryRefresh(stale) })
			all.Wait()
			thief.is(t, http.StatusUnauthorized, badToken)
			s.refuses(token)
		}
	})
}

// What an operator ends while its sessions are being refreshed is over when the command returns.
func TestRaces_NoTokenOutlivesTheCommandThatEndsItsSession(t *testing.T) {
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "LOG_LEVEL=warn", patient)
		for _, command := range [][]string{
			{"sessions", "revoke", "--user", maria}, {"sessions", "revoke", "--all"}, {"users", "disable", maria},
		} {
			members := crowd(8, s)
			ctx, stop := context.WithCancel(t.Context())
			var all sync.WaitGroup
			all.Go(func() { refreshing(ctx, members) })
			areServed(t, members)
			s.Must("", command...)
			stop()
			all.Wait()
			for _, m := range members {
				s.refuses(m.token)
			}
		}
	})
}
