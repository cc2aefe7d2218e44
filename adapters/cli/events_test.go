package cli_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// happened stores an event of a user, numbered by its age in hours.
func (s *stage) happened(userID, attempted string, hoursAgo int) {
	s.t.Helper()
	err := memory.NewEventStore(s.storage).Add(s.t.Context(), []domain.Event{{
		ID: fmt.Sprintf("%s%s%d", userID, attempted, hoursAgo), Kind: domain.EventLoginRefused, UserID: userID, Attempted: attempted,
		At: s.now.Add(-time.Duration(hoursAgo) * time.Hour), Reason: domain.ReasonWrongPassword,
		Client: domain.Client{Address: "192.0.2.7", UserAgent: "Agent\u009b/1.0"}, SessionID: "session-1", Detail: "detail", Count: 2,
	}})
	if err != nil {
		s.t.Fatal(err)
	}
}

// ages runs the command and returns which events it told of.
func (s *stage) ages(args ...string) string {
	s.t.Helper()
	var events []struct{ ID string }
	a := s.run(append([]string{"events", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(a.out), &events); err != nil || a.exit != 0 {
		s.t.Fatalf("%s: %v", a.out, err)
	}
	var ids []string
	for _, e := range events {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, " ")
}

func TestEvents_AreToldNewestFirstOfWhomAndWhenIsAskedFor(t *testing.T) {
	s := newStage(t)
	s.keep(domain.User{ID: "u", Email: "maria@example.com", CreatedAt: noon})
	s.happened("u", "", 3)
	s.happened("gone", "", 2)
	s.happened("", "nobody@example.com", 1)
	for args, want := range map[string]string{
		"":                                      "nobody@example.com1 gone2 u3",
		"--limit 2":                             "nobody@example.com1 gone2",
		"--since 2h30m":                         "nobody@example.com1 gone2",
		"--since 2026-03-01T10:30:00Z":          "nobody@example.com1",
		"--user maria@example.com":              "u3",
		"--user MARIA@example.com":              "u3",
		"--user gone":                           "gone2",
		"--user nobody@example.com":             "nobody@example.com1",
		"--user NOBODY@example.com":             "nobody@example.com1",
		"--user nobody@example.com --since 30m": "",
		"--user somebody@example.com":           "",
	} {
		if got := s.ages(strings.Fields(args)...); got != want {
			t.Errorf("events %s told of %q, want %q", args, got, want)
		}
	}
}

func TestEvents_SayEverythingButNothingThatATerminalObeys(t *testing.T) {
	s := newStage(t)
	s.happened("u", "", 0)
	want := `[
{"id":"u0","at":"2026-03-01T12:00:00.123456Z","event":"login_refused","outcome":"refused","reason":"wrong_password",` +
		`"user_id":"u","attempted":"","session_id":"session-1","ip":"192.0.2.7","user_agent":"Agent\u009b/1.0","detail":"detail","count":2}
]
`
	if got := s.must("events", "--json"); got != want {
		t.Errorf("the JSON is\n%s, want\n%s", got, want)
	}
	columns := s.must("events")
	for _, part := range []string{"OUTCOME", " refused ", "AT ", "2026-03-01T12:00:00Z", "login_refused", "wrong_password", "session-1", "192.0.2.7", `"Agent\u009b/1.0"`} {
		if !strings.Contains(columns, part) {
			t.Errorf("the columns are\n%s, want %s in them", columns, part)
		}
	}
}

func TestEvents_SayWhenThereAreMoreButNotInTheResult(t *testing.T) {
	s := newStage(t)
	for i := range 3 {
		s.happened("u", "", i)
	}
	for _, form := range [][]string{{"events"}, {"events", "--json"}} {
		all, some := s.run(append(form, "--limit", "3")...), s.run(append(form, "--limit", "2")...)
		if all.exit != 0 || all.errOut != "" {
			t.Errorf("%q of all ended with %d and %q, want nothing said", form, all.exit, all.errOut)
		}
		if want := "these are the newest 2, there are more: raise --limit, or choose with --user and --since\n"; some.exit != 0 || some.errOut != want {
			t.Errorf("%q of some ended with %d and %q, want 0 and %q", form, some.exit, some.errOut, want)
		}
		if strings.Contains(some.out, "more") || strings.Count(some.out, "login_refused") != 2 {
			t.Errorf("%q of two printed\n%s", form, some.out)
		}
	}
}

func TestEvents_RefuseWhatTheyCannotRead(t *testing.T) {
	s := newStage(t)
	s.refused(2, "--since must be", "events", "--since", "yesterday")
	s.refused(2, "--since must be", "events", "--since", "-1h")
	s.refused(2, "--since must be", "events", "--since", "0s")
	s.refused(2, "--limit must be", "events", "--limit", "0")
	s.refused(2, "--limit must be", "events", "--limit", "10001")
	s.refused(2, "--limit", "events", "--limit", "many")
	s.refused(2, "takes no arguments", "events", "maria@example.com")
	s.refused(2, "unknown", "events", "--email", "maria@example.com")
	if s.opened != 0 {
		t.Errorf("the store was opened %d times for commands that cannot be read", s.opened)
	}
	s.broken = domain.ErrUnavailable
	s.refused(1, "unavailable", "events")
}
