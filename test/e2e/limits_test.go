package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

const tooMany = "Too many requests"

// isLimited checks a 429, and that it says when to come again: within so many seconds.
func (a answer) isLimited(t *testing.T, most int) {
	t.Helper()
	a.is(t, http.StatusTooManyRequests, tooMany)
	if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || seconds < 1 || seconds > most {
		t.Fatalf("Retry-After is %q, want 1 to %d", a.header.Get("Retry-After"), most)
	}
}

// from logs in as a client behind a proxy that the service trusts.
func (s *service) from(address, email, password string) answer {
	s.T.Helper()
	got, err := s.tryFrom(address, email, password)
	if err != nil {
		s.T.Fatal(err)
	}
	return got
}

func (s *service) tryFrom(address, email, password string) (answer, error) {
	body := "username=" + email + "&password=" + strings.ReplaceAll(password, " ", "+")
	return s.tryCall(http.MethodPost, "/auth/token", "", body, "Content-Type: application/x-www-form-urlencoded", "X-Forwarded-For: "+address)
}

const (
	home, office, stranger = "192.0.2.7", "2001:db8::7", "198.51.100.9"
	proxied                = "TRUSTED_PROXIES=127.0.0.1"
)

func TestLimits_AClientThatGuessesIsToldWhenToComeAgainAndLocksNobodyOut(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, proxied)
		s.from(home, maria, mariasPassword).token(t)
		for range 10 {
			s.from(stranger, maria, "wrong").is(t, http.StatusUnauthorized, badCredentials)
		}
		s.from(stranger, maria, "wrong").isLimited(t, 300)
		s.from(office, maria, mariasPassword).isLimited(t, 300)
		// Somebody who is not there is limited alike.
		for range 10 {
			s.from(stranger, "nobody@example.com", "wrong").is(t, http.StatusUnauthorized, badCredentials)
		}
		s.from(stranger, "nobody@example.com", "wrong").isLimited(t, 300)
		// From where maria has logged in before she still does, with a bound of her own.
		s.from(home, maria, mariasPassword).token(t)
		for range 10 {
			s.from(home, maria, "wrong").is(t, http.StatusUnauthorized, badCredentials)
		}
		s.from(home, maria, mariasPassword).isLimited(t, 300)
		s.counts(`vidaplus_limited_total{limit="account"} 3`, `vidaplus_limited_total{limit="device"} 1`, `vidaplus_logins_total{outcome="limited"} 4`)
	})
}

func TestLimits_OneAddressHasTwoHundredGuessesInAll(t *testing.T) {
	t.Parallel()
	s := withUser(t, pg.Database(t), proxied)
	for i := range 200 {
		s.from(fmt.Sprintf("2001:db8::%x", i), fmt.Sprintf("user%d@example.com", i), "wrong").is(t, http.StatusUnauthorized, badCredentials)
	}
	s.from("2001:db8::ffff:0:1", maria, mariasPassword).isLimited(t, 300)
	s.from(stranger, maria, mariasPassword).token(t)
}

func TestLimits_HoldAcrossReplicasAndForManyGuessesAtOnce(t *testing.T) {
	t.Parallel()
	database := pg.Database(t)
	replicas := []*service{withUser(t, database), start(t, database)}
	var all sync.WaitGroup
	answers := make([]answer, 64)
	for i := range answers {
		all.Go(func() { answers[i], _ = replicas[i%2].tryFrom(home, maria, "wrong") })
	}
	all.Wait()
	seen := map[int]int{}
	for _, a := range answers {
		seen[a.status]++
	}
	// A replica turns away with 503 whom it has no room for.
	if seen[http.StatusUnauthorized] != 10 || seen[http.StatusTooManyRequests]+seen[http.StatusServiceUnavailable] != 54 {
		t.Errorf("64 guesses were answered %v, want 10 with 401 and the others with 429 or 503", seen)
	}
	for _, s := range replicas {
		s.login(maria, mariasPassword).isLimited(t, 300)
	}
}

func TestLimits_AnOperatorSeesWhyAndLetsSomebodyIn(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, proxied)
		s.from(home, maria, mariasPassword).token(t)
		shown := func() string { return s.Must("", "users", "show", maria, "--json") }
		for range 10 {
			s.from(stranger, maria, "wrong").is(t, http.StatusUnauthorized, badCredentials)
		}
		s.from(office, maria, mariasPassword).isLimited(t, 300)
		if got := shown(); !strings.Contains(got, `"limited_until":"2`) {
			t.Errorf("a limited account is shown as %s", got)
		}
		program.Within(t, 10*time.Second, "an operator sees why", func() bool {
			return slices.Contains(s.happened("--user", maria), "login_limited account_limit")
		})
		for range 2 {
			s.Must("", "users", "unlock", strings.ToUpper(maria))
		}
		if got := shown(); !strings.Contains(got, `"limited_until":""`) {
			t.Errorf("an account that was unlocked is shown as %s", got)
		}
		for range 10 {
			s.from(stranger, maria, "wrong").is(t, http.StatusUnauthorized, badCredentials)
		}
		s.from(stranger, maria, "wrong").isLimited(t, 300)
		s.Must("", "users", "unlock", maria)
		s.from(office, maria, mariasPassword).token(t)
		s.from(home, maria, mariasPassword).token(t)
		s.fails(1, "", []string{"users", "unlock", "nobody@example.com"}, "there is no such user")
		if n := strings.Count(strings.Join(s.happened("--user", maria), " "), "user_unlocked"); n != 3 {
			t.Errorf("the account was unlocked three times, and the events tell of %d", n)
		}
	})
}

func TestLimits_WhoGuessesTheSecretOfAClientIsLimitedAndRecorded(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", proxied, aClient, "LOGIN_LIMIT_ADDRESS=5")
	token := s.loggedIn()
	ask := func(path, from, id, secret string) answer {
		return s.call(http.MethodPost, path, "", "token="+token, form, basic(id, secret), "X-Forwarded-For: "+from)
	}
	if got := ask("/auth/introspect", home, clientID, clientSecret); got.status != http.StatusOK {
		t.Fatalf("the client is answered with %d %s", got.status, got.body)
	}
	for _, from := range []string{home, stranger} {
		for _, id := range []string{clientID, clientID, clientID, "canary-id", "canary-id"} {
			ask("/auth/introspect", from, id, "canary-secret").isNoClient(t)
		}
	}
	ask("/auth/introspect", stranger, clientID, clientSecret).isLimited(t, 300)
	ask("/auth/revoke", stranger, clientID, clientSecret).isLimited(t, 300)
	if got := ask("/auth/revoke", home, clientID, clientSecret); got.status != http.StatusOK {
		t.Errorf("where the client is known it is answered with %d %s", got.status, got.body)
	}
	s.counts(`vidaplus_limited_total{limit="client"} 2`)
	want := []string{"client_limited client_limit", "client_refused client_unknown", "client_refused wrong_secret"}
	program.Within(t, 10*time.Second, "the events are stored", func() bool {
		happened := s.happened()
		return !slices.ContainsFunc(want, func(event string) bool { return !slices.Contains(happened, event) })
	})
	if out := s.Must("", "events", "--json") + s.Out.String(); strings.Contains(out, "canary") || !strings.Contains(out, `"detail":"`+clientID+`"`) {
		t.Errorf("the events and the log tell what was typed, or not which client it was:\n%s", out)
	}
}

func TestLimits_EndAfterTheirTimeAndCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	s := withUser(t, pg.Database(t), "LOGIN_LIMIT_ACCOUNT=3", "LOGIN_LIMIT_WINDOW=2s")
	for range 3 {
		s.login(maria, "wrong").is(t, http.StatusUnauthorized, badCredentials)
	}
	limited := s.login(maria, mariasPassword)
	limited.isLimited(t, 2)
	seconds, _ := strconv.Atoi(limited.header.Get("Retry-After"))
	time.Sleep(time.Duration(seconds) * time.Second)
	s.login(maria, mariasPassword).token(t)
	s.restart("LOGIN_LIMIT_ACCOUNT=0", "LOGIN_LIMIT_ADDRESS=0")
	for range 15 {
		s.login(maria, "wrong").is(t, http.StatusUnauthorized, badCredentials)
	}
}

func TestLimits_AStolenTokenDoesNotHelpToGuessThePassword(t *testing.T) {
	t.Parallel()
	s := withUser(t, pg.Database(t))
	token := s.loggedIn()
	change := func() answer {
		return s.call(http.MethodPut, "/auth/password", token, `{"current_password":"wrong","new_password":"a new good one"}`,
			"Content-Type: application/json")
	}
	for range 10 {
		if got := change(); got.status != http.StatusUnprocessableEntity {
			t.Fatalf("the answer is %d %s, want 422", got.status, got.body)
		}
	}
	change().isLimited(t, 300)
	s.refreshed(token)
}

func TestLimits_OneSessionMayBeRefreshedAsOftenAsTheOperatorSays(t *testing.T) {
	t.Parallel()
	s := withUser(t, pg.Database(t), "REFRESH_LIMIT_SESSION=3")
	token, other := s.loggedIn(), s.loggedIn()
	for range 3 {
		token = s.refreshed(token)
	}
	s.refresh(token).isLimited(t, 60)
	s.refreshed(other)
	if got := s.call(http.MethodGet, "/auth/me", token, ""); got.status != http.StatusOK {
		t.Errorf("the token that was not refreshed is answered %d %s, want it good", got.status, got.body)
	}
}
