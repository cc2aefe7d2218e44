package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestRefresh_ARevokedSessionIsOver(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.AddUser(joao, mariasPassword)
		one, two := s.loggedIn(), s.loggedIn()
		other := s.login(joao, mariasPassword).token(t)

		if out := s.Must("", "sessions", "revoke", sessionOf(t, one)); out != "1 session ended\n" {
			t.Errorf("sessions revoke ID said %q", out)
		}
		s.refuses(one)
		two = s.refreshed(two)

		three := s.loggedIn()
		if out := s.Must("", "sessions", "revoke", "--user", maria); out != "2 sessions ended\n" {
			t.Errorf("sessions revoke --user said %q", out)
		}
		s.refuses(two)
		s.refuses(three)
		other = s.refreshed(other)

		four := s.loggedIn()
		if out := s.Must("", "sessions", "revoke", "--all"); out != "2 sessions ended\n" {
			t.Errorf("sessions revoke --all said %q", out)
		}
		s.refuses(four)
		s.refuses(other)
		s.refreshed(s.loggedIn())
		s.records("token_reused", 0)
	})
}

func TestRefresh_ARevokedSessionIsOverForTheTokenJustReplacedToo(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		first := s.loggedIn()
		second := s.refreshed(first)
		s.Must("", "sessions", "revoke", sessionOf(t, second))
		s.refuses(first)
		s.refuses(second)
		s.records("token_reused", 0)
	})
}

func TestRefresh_ASessionEndsAtItsMaximumAgeHoweverOftenItIsRefreshed(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "SESSION_MAX_AGE=2s")
		token := s.loggedIn()
		begun := time.Now()
		end := readJWT(t, token, secretKey).seconds(t, "exp")
		if most := begun.Add(2 * time.Second).Unix(); end > most || end < most-3 {
			t.Errorf("the first token expires at %d, the session ends at about %d", end, most)
		}
		program.Within(t, 10*time.Second, "the session ends", func() bool {
			got := s.refresh(token)
			if got.status == http.StatusOK {
				token = got.token(t)
				if exp := readJWT(t, token, secretKey).seconds(t, "exp"); exp != end {
					t.Fatalf("a token expires at %d, the session ends at %d", exp, end)
				}
			}
			return got.status != http.StatusOK
		})
		if time.Now().Unix() < end {
			t.Error("the session ended early")
		}
		s.refuses(token)
		s.records("token_reused", 0)
	})
}

// With a leeway the token is still good when the session has ended, so that it is the session that is judged.
func TestRefresh_TheLeewayDoesNotLengthenASession(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "SESSION_MAX_AGE=1s", "CLOCK_LEEWAY=60s")
		token := s.loggedIn()
		program.Within(t, 10*time.Second, "the session ends", func() bool {
			got := s.refresh(token)
			if got.status == http.StatusOK {
				token = got.token(t)
			}
			return got.status != http.StatusOK
		})
		s.refuses(token)
		s.records("token_reused", 0)
	})
}

func TestRefresh_ADisabledUserHasNoSession(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		first := s.loggedIn()
		second := s.refreshed(first)
		s.Must("", "users", "disable", maria)
		s.refuses(first)
		s.refuses(second)
		s.login(maria, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)

		s.Must("", "users", "enable", maria)
		s.refuses(second)
		s.refreshed(s.loggedIn())
		s.records("token_reused", 0)
	})
}

func TestRefresh_ARemovedUserHasNoSession(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		s.Must("", "users", "remove", maria)
		s.refuses(token)
		s.login(maria, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)

		s.AddUser(maria, mariasPassword)
		s.refuses(token)
		s.refreshed(s.loggedIn())
	})
}

func TestRefresh_ANewPasswordEndsEverySession(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		one, two := s.loggedIn(), s.loggedIn()
		s.Must("another good password\n", "users", "set-password", maria, "--password-stdin")
		s.refuses(one)
		s.refuses(two)
		s.login(maria, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)
		s.refreshed(s.login(maria, "another good password").token(t))
	})
}

func TestLogin_PastTheMostSessionsTheOldestEnds(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "MAX_SESSIONS_PER_USER=2")
		oldest, middle, newest := s.loggedIn(), s.loggedIn(), s.loggedIn()
		s.refuses(oldest)
		s.refreshed(middle)
		s.refreshed(newest)
	})
}
