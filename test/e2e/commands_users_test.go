package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// listed returns what a command prints as JSON, with the members of every object checked.
func (s *service) listed(members string, args ...string) []map[string]any {
	s.T.Helper()
	text := s.Must("", append(args, "--json")...)
	var all []map[string]any
	if !strings.HasPrefix(text, "[") {
		text = "[" + text + "]"
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		s.T.Fatalf("%q printed %s: %v", args, text, err)
	}
	for _, object := range all {
		if got := strings.Join(slices.Sorted(maps.Keys(object)), " "); got != members {
			s.T.Errorf("%q shows %s, want %s", args, got, members)
		}
	}
	return all
}

const (
	userMembers  = "admin created_at email enabled id name"
	shownMembers = "admin created_at email enabled id limited_until name"
)

func TestUsers_AreAddedListedAndShown(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := operator(t, database)
		if none := s.listed(userMembers, "users", "list"); len(none) != 0 {
			t.Errorf("there are users before any was added: %v", none)
		}
		s.Must(mariasPassword+"\n", "users", "add", maria, "--name", "Maria <Silva>", "--admin", "--password-stdin")
		s.Must(mariasPassword, "users", "add", "zoë@example.com", "--password-stdin")
		s.AddUser("Anna@example.com", mariasPassword)

		all := s.listed(userMembers, "users", "list")
		var emails []any
		for _, user := range all {
			emails = append(emails, user["email"])
		}
		if want := []any{"Anna@example.com", maria, "zoë@example.com"}; !slices.Equal(emails, want) {
			t.Fatalf("the users are %v, want %v in the order of their bytes", emails, want)
		}
		shown := s.listed(shownMembers, "users", "show", "MARIA@example.com")[0]
		if shown["limited_until"] != "" {
			t.Errorf("users show says %v, want that the account is not limited", shown)
		}
		delete(shown, "limited_until")
		if !maps.Equal(shown, all[1]) {
			t.Errorf("users show says %v, users list %v", shown, all[1])
		}
		if shown["name"] != "Maria <Silva>" || shown["admin"] != true || shown["enabled"] != true || all[0]["admin"] != false {
			t.Errorf("users show says %v", shown)
		}
		created, err := time.Parse(time.RFC3339, fmt.Sprint(shown["created_at"]))
		if age := time.Since(created); err != nil || age < -time.Second || age > time.Minute {
			t.Errorf("the user was created at %v", shown["created_at"])
		}
		for _, out := range []string{s.Must("", "users", "list"), s.Must("", "users", "show", maria)} {
			if !strings.Contains(out, maria) || !strings.Contains(out, "Maria <Silva>") || strings.Contains(out, "argon2") {
				t.Errorf("the columns are\n%s", out)
			}
		}
	})
}

func TestUsers_ThePasswordIsTheFirstLineExactlyAsItIs(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite:vidaplus.db")
	for i, story := range []struct{ input, password string }{
		{"correct horse\n", "correct horse"},
		{"correct horse", "correct horse"},
		{"correct horse\r\n", "correct horse"},
		{"  correct horse \t\n", "  correct horse \t"},
		{"correct horse\nsecond line\n", "correct horse"},
		{"pässwörd 🐎\n", "pässwörd 🐎"},
		{strings.Repeat("🐎", 256) + "\n", strings.Repeat("🐎", 256)},
		{`$HOME "quoted" 'text' %41+&=;` + "\n", `$HOME "quoted" 'text' %41+&=;`},
	} {
		email := string(rune('a'+i)) + "@example.com"
		s.Must(story.input, "users", "add", email, "--password-stdin")
		s.login(email, story.password).token(t)
		s.login(email, story.password+" ").is(t, http.StatusUnauthorized, badCredentials)
		s.Must(story.input, "users", "set-password", email, "--password-stdin")
		s.login(email, story.password).token(t)
	}
}

func TestUsers_AreChangedAndRemoved(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		show := func(email string) map[string]any { return s.listed(shownMembers, "users", "show", email)[0] }
		says := func(want, input string, args ...string) {
			t.Helper()
			if out := s.Must(input, args...); out != want+"\n" {
				t.Errorf("%q printed %q, want %q", args, out, want)
			}
		}
		id := show(maria)["id"]
		s.loggedIn()
		s.loggedIn()
		says("disabled maria@example.com, 2 sessions ended", "", "users", "disable", maria)
		if show(maria)["enabled"] != false {
			t.Error("a disabled user is shown as enabled")
		}
		says("disabled maria@example.com, 0 sessions ended", "", "users", "disable", maria)
		says("enabled maria@example.com", "", "users", "enable", maria)
		s.loggedIn()
		says("changed the password of maria@example.com, 1 session ended", "a new password\n",
			"users", "set-password", maria, "--password-stdin")
		token := s.login(maria, "a new password").token(t)
		says("changed the address of maria@example.com to Maria@Example.com", "", "users", "set-email", maria, "Maria@Example.com")
		says("changed the address of maria@example.com to m@example.com", "", "users", "set-email", maria, "m@example.com")
		if user := show("m@example.com"); user["id"] != id || user["enabled"] != true {
			t.Errorf("the user is %v", user)
		}
		s.refreshed(token)
		says("removed m@example.com, 1 session ended", "", "users", "remove", "m@example.com")
		s.fails(1, "", []string{"users", "show", "m@example.com"}, "no such user")
	})
}
