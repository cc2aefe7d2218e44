package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// happened returns the events that the command tells of, the oldest first, as "event reason".
func (s *service) happened(args ...string) []string {
	s.T.Helper()
	var events []struct {
		Event, Reason, Outcome, Attempted, Detail, At string
	}
	out := s.Must("", append([]string{"events", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &events); err != nil {
		s.T.Fatalf("%s: %v", out, err)
	}
	var all []string
	for _, e := range events {
		all = append([]string{strings.TrimSpace(e.Event + " " + e.Reason)}, all...)
	}
	return all
}

func TestEvents_TellAnOperatorWhatHappenedToAnAccount(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		for range 3 {
			s.login(maria, "wrong")
		}
		s.login("nobody@example.com", "wrong")
		next := s.refreshed(s.refreshed(token))
		s.refuses(token)
		s.refuses(next)
		token = s.loggedIn()
		s.call(http.MethodPost, "/auth/logout", token, "").isEmpty(t, http.StatusNoContent)
		s.Must("", "users", "disable", maria)
		want := []string{
			"user_added", "login_succeeded", "login_refused wrong_password", "login_refused wrong_password",
			"login_refused wrong_password", "token_reused stale", "session_revoked token_reused", "login_succeeded",
			"logged_out logged_out", "user_disabled",
		}
		program.Within(t, 10*time.Second, "all events are stored", func() bool { return len(s.happened("--user", maria)) >= len(want) })
		if got := s.happened("--user", maria); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("the events are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if got := s.happened("--user", "nobody@example.com", "--since", "1h"); len(got) != 1 || got[0] != "login_refused user_unknown" {
			t.Errorf("the events of nobody are %q", got)
		}
		if got := s.happened("--user", maria, "--since", "2030-01-01T00:00:00Z"); len(got) != 0 {
			t.Errorf("the events of the future are %q", got)
		}
		s.Must("", "users", "remove", maria)
		out := s.Must("", "events")
		for _, secret := range []string{maria, mariasPassword, "wrong\n", token, next} {
			if strings.Contains(out, secret) {
				t.Errorf("the events hold %q:\n%s", secret, out)
			}
		}
		if !strings.Contains(out, "weak_setting") || !strings.Contains(out, "PASSWORD_HASH") || !strings.Contains(out, "user_removed") {
			t.Errorf("the events do not tell of the weak setting or the removal:\n%s", out)
		}
	})
}

func TestEvents_OfRequestsThatWereAnsweredAreStoredBeforeTheServiceEnds(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		for range 5 {
			s.loggedIn()
		}
		s.restart()
		if got := s.happened("--user", maria); len(got) != 6 {
			t.Errorf("the events are %q, want that maria was added and logged in five times", got)
		}
	})
}

func TestEvents_TellOfAKeyThatWasAdded(t *testing.T) {
	t.Parallel()
	s := signsWith(t, "EdDSA", "sqlite:vidaplus.db")
	added := s.generateKey("EdDSA")
	program.Within(t, time.Minute, "the new key is told of", func() bool { return slices.Contains(s.happened(), "key_added") })
	if out := s.Must("", "events"); !strings.Contains(out, "EdDSA "+added.id) || strings.Count(out, "key_added") != 1 {
		t.Errorf("the events tell\n%s\nwant the key %s", out, added.id)
	}
}
