package cli_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestListSessions_LinesUpColumnsNewestFirst(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	s.session(u, "s-1", domain.Client{Address: "192.0.2.7", UserAgent: "Navegação/1.0"})
	s.now = s.now.Add(time.Minute)
	s.session(u, "s-2", domain.Client{Address: "2001:db8::1", UserAgent: "curl/8"})
	want := "ID   CREATED               REFRESHED             EXPIRES               ENDS                  IP           USER AGENT\n" +
		"s-2  2026-03-01T12:01:00Z  2026-03-01T12:01:00Z  2026-03-01T12:31:00Z  2026-03-31T12:01:00Z  2001:db8::1  curl/8\n" +
		"s-1  2026-03-01T12:00:00Z  2026-03-01T12:00:00Z  2026-03-01T12:30:00Z  2026-03-31T12:00:00Z  192.0.2.7    Navegação/1.0\n"
	if got := s.must("sessions", "list", "maria@example.com"); got != want {
		t.Errorf("the list is\n%swant\n%s", got, want)
	}
}

func TestListSessions_WritesAnArrayOfObjects(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	if got := s.must("sessions", "list", "maria@example.com", "--json"); got != "[]\n" {
		t.Errorf("no sessions are written as %q, want []", got)
	}
	s.session(u, "s-1", domain.Client{Address: "192.0.2.7", UserAgent: "<curl>"})
	want := "[\n" + `{"id":"s-1","created_at":"2026-03-01T12:00:00Z","refreshed_at":"2026-03-01T12:00:00Z",` +
		`"expires_at":"2026-03-01T12:30:00Z","ends_at":"2026-03-31T12:00:00Z","user_agent":"<curl>","ip":"192.0.2.7"}` + "\n]\n"
	if got := s.must("sessions", "list", "maria@example.com", "--json"); got != want {
		t.Errorf("the list is\n%swant\n%s", got, want)
	}
}

func TestListSessions_LetsNoTextFromOutsideReachTheTerminal(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	s.session(u, "s-1", domain.Client{Address: hostile, UserAgent: hostile})
	if table := s.must("sessions", "list", "maria@example.com"); strings.Count(table, "\n") != 2 {
		t.Errorf("a session takes more than one line:\n%s", table)
	} else {
		checkPrintable(t, table)
	}
	document := s.must("sessions", "list", "maria@example.com", "--json")
	checkPrintable(t, document)
	if !json.Valid([]byte(document)) {
		t.Errorf("the list is no JSON: %q", document)
	}
}

func TestListSessions_ShowsTheLastRefresh(t *testing.T) {
	s := newStage(t)
	s.session(s.user("maria@example.com"), "s-1", domain.Client{})
	s.now = s.now.Add(time.Minute)
	s.refresh("s-1")
	got := s.must("sessions", "list", "maria@example.com", "--json")
	for _, part := range []string{
		`"created_at":"2026-03-01T12:00:00Z"`, `"refreshed_at":"2026-03-01T12:01:00Z"`, `"expires_at":"2026-03-01T12:31:00Z"`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("a session refreshed after a minute is %s, want %s in it", got, part)
		}
	}
}

func TestListSessions_SaysThatThereIsNoSuchUser(t *testing.T) {
	newStage(t).refused(1, `"bo@example.com": there is no such user`, "sessions", "list", "bo@example.com")
}

func TestRevokeSessions_EndsWhatIsNamedAndNothingElse(t *testing.T) {
	for _, revoke := range []struct {
		args      string
		maria, bo int
		says      string
	}{
		{"s-1", 1, 1, "1 session ended\n"},
		{"-- -dash", 1, 1, "1 session ended\n"},
		{"--user maria@example.com", 0, 1, "2 sessions ended\n"},
		{"--all", 0, 0, "3 sessions ended\n"},
		{"--all=false s-1", 1, 1, "1 session ended\n"},
	} {
		s := newStage(t)
		maria, bo := s.user("maria@example.com"), s.user("bo@example.com")
		s.session(maria, "s-1", domain.Client{})
		s.session(maria, "-dash", domain.Client{})
		s.session(bo, "s-3", domain.Client{})
		got := s.must(append([]string{"sessions", "revoke"}, strings.Fields(revoke.args)...)...)
		if got != revoke.says || s.live(maria) != revoke.maria || s.live(bo) != revoke.bo {
			t.Errorf("revoke %s says %q and leaves %d and %d sessions, want %q, %d and %d",
				revoke.args, got, s.live(maria), s.live(bo), revoke.says, revoke.maria, revoke.bo)
		}
	}
}

func TestRevokeSessions_SaysWhatDoesNotExist(t *testing.T) {
	s := newStage(t)
	s.refused(1, `"s-9": there is no such session`, "sessions", "revoke", "s-9")
	s.refused(1, `"bo@example.com": there is no such user`, "sessions", "revoke", "--user", "bo@example.com")
}

func TestRevokeSessions_CountsNothingForASessionThatHadEnded(t *testing.T) {
	s := newStage(t)
	s.session(s.user("maria@example.com"), "s-1", domain.Client{})
	s.must("sessions", "revoke", "s-1")
	if got := s.must("sessions", "revoke", "s-1"); got != "the session was revoked before\n" {
		t.Errorf("revoking again says %q", got)
	}
}

func TestRevokeSessions_NeverTakesAnEmptyTextForAll(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	s.session(u, "s-1", domain.Client{})
	for _, args := range [][]string{
		{""}, {"--user", ""}, {"--user="}, {"--all=false"}, {},
		{"s-1", "--all"}, {"--user", "maria@example.com", "--all"}, {"s-1", "--user", "maria@example.com"}, {"s-1", "s-2"},
		{"", "--all"}, {"--user=", "--all"},
	} {
		s.refused(2, "", append([]string{"sessions", "revoke"}, args...)...)
	}
	if s.live(u) != 1 {
		t.Error("a wrong word ended a session")
	}
}

func TestPruneSessions_DeletesExpiredSessionsAndSaysHowMany(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	s.session(u, "s-1", domain.Client{})
	s.now = s.now.Add(2 * time.Hour)
	s.session(u, "s-2", domain.Client{})
	if got := s.must("sessions", "prune"); got != "deleted 1 session\n" {
		t.Errorf("pruning says %q", got)
	}
	if got := s.must("sessions", "prune"); got != "deleted 0 sessions\n" {
		t.Errorf("pruning again says %q", got)
	}
	if s.live(u) != 1 {
		t.Error("pruning ended a live session")
	}
}
