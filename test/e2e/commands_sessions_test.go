package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const sessionMembers = "created_at ends_at expires_at id ip refreshed_at user_agent"

func TestSessions_AreListedNewestFirstWhileTheyLive(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.AddUser(joao, mariasPassword)
		s.login(joao, mariasPassword).token(t)
		first, second := s.loggedIn(), s.loggedIn()
		third := s.refreshed(untracked(maria, 10*time.Minute))
		ids := func() []string {
			var all []string
			for _, one := range s.listed(sessionMembers, "sessions", "list", maria) {
				all = append(all, fmt.Sprint(one["id"]))
			}
			return all
		}
		want := []string{sessionOf(t, third), sessionOf(t, second), sessionOf(t, first)}
		if got := ids(); !slices.Equal(got, want) {
			t.Errorf("the sessions are %v, want %v", got, want)
		}
		s.Must("", "sessions", "revoke", want[1])
		if got := ids(); !slices.Equal(got, []string{want[0], want[2]}) {
			t.Errorf("after a revocation the sessions are %v", got)
		}
		if out := s.Must("", "sessions", "revoke", want[1]); out != "the session was revoked before\n" {
			t.Errorf("a second revocation said %q", out)
		}
		if out := s.Must("", "sessions", "list", maria); strings.Count(out, "\n") != 3 {
			t.Errorf("the columns are\n%s", out)
		}
	})
}

func TestSessions_ShowWhereTheyWereBegun(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		const agent = "Mozilla/5.0 <b>(\u00e9)"
		token := granted(t, mustSend(t, s.URL+"/auth/token", marias, form, "User-Agent: "+agent).body)
		shown := s.listed(sessionMembers, "sessions", "list", maria)[0]
		j := readJWT(t, token, secretKey)
		if shown["id"] != j.text(t, "sid") || shown["ip"] != "127.0.0.1" || shown["user_agent"] != agent {
			t.Errorf("the session is shown as %v", shown)
		}
		at := func(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }
		if shown["expires_at"] != at(j.seconds(t, "exp")) || shown["refreshed_at"] != at(j.seconds(t, "iat")) {
			t.Errorf("the session is shown as %v, the token says %s", shown, j.payload)
		}
	})
}

// mustSend posts a body with a header of lines and returns the answer.
func mustSend(t *testing.T, url, body string, header ...string) answer {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	got, err := send(request)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A session of which a token might still be good is kept, so that the token is known for what it is when it comes.
func TestSessions_PruneKeepsWhatATokenCanStillBelongTo(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		live, revoked := s.loggedIn(), s.loggedIn()
		s.Must("", "sessions", "revoke", sessionOf(t, revoked))
		if out := s.Must("", "sessions", "prune"); out != "deleted 0 sessions\n" {
			t.Errorf("sessions prune said %q", out)
		}
		s.refuses(revoked)
		s.refreshed(live)
	})
}
