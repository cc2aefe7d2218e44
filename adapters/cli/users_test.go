package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// hostile clears a terminal in two ways, breaks a line, turns text around, and is not UTF-8.
const hostile = "a\x1b[2J\u009b2J\n\u202eb\xff\tc"

func TestAddUser_StoresWhatWasSaidAndTellsTheID(t *testing.T) {
	s := newStage(t)
	in := strings.NewReader(goodPassword + "\n")
	a := s.runWith(in, "users", "add", "maria@example.com", "--name", "Maria Silva", "--admin", "--password-stdin")
	if a.exit != 0 || a.out != "added maria@example.com, id id-1\n" || a.errOut != "" {
		t.Errorf("adding a user gave %+v", a)
	}
	u := s.find("maria@example.com")
	if u.Name != "Maria Silva" || !u.Admin || !u.Enabled || u.PasswordHash.Reveal() != "hash of "+goodPassword {
		t.Errorf("the user added is %+v with the hash %q", u, u.PasswordHash.Reveal())
	}
}

func TestAddUser_RefusesWhatTheDomainRefuses(t *testing.T) {
	s := newStage(t)
	s.user("maria@example.com")
	s.typed = []string{goodPassword, goodPassword}
	s.refused(1, `"MARIA@example.com": another user has this address`, "users", "add", "MARIA@example.com")
	s.asked = nil
	s.refused(2, `"maria": not an e-mail address, must be NAME@HOST`, "users", "add", "maria")
	s.refused(2, "not a name, must have at most 255", "users", "add", "x@example.com", "--name", strings.Repeat("n", 256))
	s.refused(2, "not an e-mail address", "users", "add", "")
	if len(s.asked) != 0 {
		t.Errorf("the terminal is asked %q although no password could help", s.asked)
	}
}

func TestListUsers_LinesUpColumns(t *testing.T) {
	s := newStage(t)
	s.user("maria@example.com")
	s.user("bo@example.com")
	s.must("users", "disable", "bo@example.com")
	want := "EMAIL              NAME     ADMIN  ENABLED  CREATED               ID\n" +
		"bo@example.com     Someone  no     no       2026-03-01T12:00:00Z  id-2\n" +
		"maria@example.com  Someone  no     yes      2026-03-01T12:00:00Z  id-1\n"
	if got := s.must("users", "list"); got != want {
		t.Errorf("the list is\n%swant\n%s", got, want)
	}
}

func TestListUsers_WritesAnArrayOfObjects(t *testing.T) {
	s := newStage(t)
	if got := s.must("users", "list", "--json"); got != "[]\n" {
		t.Errorf("no users are written as %q, want []", got)
	}
	s.user("maria@example.com")
	s.user("bo@example.com")
	want := `[
{"id":"id-2","email":"bo@example.com","name":"Someone","admin":false,"enabled":true,"created_at":"2026-03-01T12:00:00Z"},
{"id":"id-1","email":"maria@example.com","name":"Someone","admin":false,"enabled":true,"created_at":"2026-03-01T12:00:00Z"}
]
`
	if got := s.must("users", "list", "--json"); got != want {
		t.Errorf("the list is\n%swant\n%s", got, want)
	}
}

func TestListUsers_GoesOnPastOnePage(t *testing.T) {
	s := newStage(t)
	s.fill(1001)
	var users []struct{ Email string }
	if err := json.Unmarshal([]byte(s.must("users", "list", "--json")), &users); err != nil {
		t.Fatalf("the list is no JSON: %v", err)
	}
	if len(users) != 1001 || users[1000].Email != "u1000@example.com" {
		t.Errorf("%d users are listed, want 1001 up to the last", len(users))
	}
	if lines := strings.Count(s.must("users", "list"), "\n"); lines != 1002 {
		t.Errorf("the table has %d lines, want 1001 and a header", lines)
	}
}

func TestShowUser_WritesACardOrAnObject(t *testing.T) {
	s := newStage(t)
	s.user("maria@example.com")
	want := `email          maria@example.com
name           Someone
admin          no
enabled        yes
limited until  -
created        2026-03-01T12:00:00Z
id             id-1
`
	if got := s.must("users", "show", "MARIA@example.com"); got != want {
		t.Errorf("the card is\n%swant\n%s", got, want)
	}
	want = `{"id":"id-1","email":"maria@example.com","name":"Someone","admin":false,"enabled":true,"created_at":"2026-03-01T12:00:00Z",` +
		`"limited_until":""}` + "\n"
	if got := s.must("users", "show", "maria@example.com", "--json"); got != want {
		t.Errorf("the object is\n%swant\n%s", got, want)
	}
}

func TestUnlockUser_LetsInWhoseAccountIsShownToBeLimited(t *testing.T) {
	s := newStage(t)
	s.guessed(s.user("maria@example.com"))
	if got := s.must("users", "show", "maria@example.com"); !strings.Contains(got, "limited until  2026-03-01T12:05:00Z\n") {
		t.Errorf("the card of a limited account is\n%s", got)
	}
	if got := s.must("users", "show", "maria@example.com", "--json"); !strings.Contains(got, `"limited_until":"2026-03-01T12:05:00Z"`) {
		t.Errorf("the object of a limited account is %s", got)
	}
	for range 2 {
		if got := s.must("users", "unlock", "MARIA@example.com"); got != "unlocked MARIA@example.com\n" {
			t.Errorf("unlocking says %q", got)
		}
		if got := s.must("users", "show", "maria@example.com", "--json"); !strings.Contains(got, `"limited_until":""`) {
			t.Errorf("the object of an unlocked account is %s", got)
		}
	}
}

func TestUsers_LetsNoTextFromOutsideReachTheTerminal(t *testing.T) {
	s := newStage(t)
	u := domain.User{ID: "id-1", Email: "maria@example.com", Name: hostile, Enabled: true, CreatedAt: noon}
	s.keep(u)
	for _, args := range [][]string{
		{"users", "list"}, {"users", "list", "--json"},
		{"users", "show", u.Email}, {"users", "show", u.Email, "--json"},
	} {
		checkPrintable(t, s.must(args...))
	}
	var read []struct{ Name string }
	if err := json.Unmarshal([]byte(s.must("users", "list", "--json")), &read); err != nil {
		t.Fatal(err)
	}
	if want := strings.ToValidUTF8(hostile, "\ufffd"); read[0].Name != want {
		t.Errorf("the name reads back from JSON as %q, want %q", read[0].Name, want)
	}
}

func TestUsers_NeverShowsAHash(t *testing.T) {
	s := newStage(t)
	s.user("maria@example.com")
	for _, args := range [][]string{
		{"users", "list"}, {"users", "list", "--json"},
		{"users", "show", "maria@example.com"}, {"users", "show", "maria@example.com", "--json"},
	} {
		if got := s.must(args...); strings.Contains(got, "hash") || strings.Contains(got, goodPassword) {
			t.Errorf("%q prints %q", args, got)
		}
	}
}

func TestDisableAndEnable_ChangeTheUserAndSayWhatEnded(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	s.session(u, "s-1", domain.Client{})
	s.session(u, "s-2", domain.Client{})
	if got := s.must("users", "disable", "maria@example.com"); got != "disabled maria@example.com, 2 sessions ended\n" {
		t.Errorf("disabling says %q", got)
	}
	if s.find("maria@example.com").Enabled || s.live(u) != 0 {
		t.Error("after disabling the user is enabled or has live sessions")
	}
	if got := s.must("users", "enable", "maria@example.com"); got != "enabled maria@example.com\n" {
		t.Errorf("enabling says %q", got)
	}
	if !s.find("maria@example.com").Enabled {
		t.Error("after enabling the user is disabled")
	}
}

func TestSetPassword_ChangesThePasswordAndSaysWhatEnded(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	s.session(u, "s-1", domain.Client{})
	s.typed = []string{"another password", "another password"}
	got := s.must("users", "set-password", "maria@example.com")
	if got != "changed the password of maria@example.com, 1 session ended\n" {
		t.Errorf("setting a password says %q", got)
	}
	if hash := s.find("maria@example.com").PasswordHash.Reveal(); hash != "hash of another password" {
		t.Errorf("the hash is %q", hash)
	}
}

func TestSetEmail_ChangesTheAddressAndEndsNothing(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	s.user("bo@example.com")
	s.session(u, "s-1", domain.Client{})
	s.refused(1, `"Bo@example.com": another user`, "users", "set-email", "maria@example.com", "Bo@example.com")
	s.refused(2, `"bo": not an e-mail address`, "users", "set-email", "maria@example.com", "bo")
	s.refused(1, `"nobody@example.com": there is no such user`, "users", "set-email", "nobody@example.com", "x@example.com")
	got := s.must("users", "set-email", "maria@example.com", "ms@example.com")
	if got != "changed the address of maria@example.com to ms@example.com\n" {
		t.Errorf("setting an address says %q", got)
	}
	if s.find("ms@example.com").ID != u.ID || s.live(u) != 1 {
		t.Error("the user has not the new address or lost the session")
	}
}

func TestRemoveUser_RemovesAndSaysWhatEnded(t *testing.T) {
	s := newStage(t)
	u := s.user("maria@example.com")
	s.session(u, "s-1", domain.Client{})
	if got := s.must("users", "remove", "maria@example.com"); got != "removed maria@example.com, 1 session ended\n" {
		t.Errorf("removing says %q", got)
	}
	s.refused(1, `"maria@example.com": there is no such user`, "users", "show", "maria@example.com")
}

func TestUsers_SayThatThereIsNoSuchUser(t *testing.T) {
	s := newStage(t)
	for _, word := range []string{"show", "disable", "enable", "unlock", "remove"} {
		s.refused(1, `"nobody@example.com": there is no such user`, "users", word, "nobody@example.com")
	}
	s.typed = []string{goodPassword, goodPassword}
	s.refused(1, `"nobody@example.com": there is no such user`, "users", "set-password", "nobody@example.com")
}

func TestUsers_SayWhyTheStoreCannotBeUsed(t *testing.T) {
	s := newStage(t)
	s.broken = fmt.Errorf("open the store: %w: %w", domain.ErrUnavailable, errors.New("no route\nto host"))
	s.refused(1, "open the store: store is unavailable: no route to host", "users", "list")
}

// onePage is a register that breaks after its first page.
type onePage struct{ ports.UserRegister }

func (p onePage) List(ctx context.Context, after string, limit int) ([]domain.User, error) {
	if after != "" {
		return nil, domain.ErrUnavailable
	}
	return p.UserRegister.List(ctx, after, limit)
}

func TestListUsers_WritesNoWholeArrayWhenTheListBreaksOff(t *testing.T) {
	s := newStage(t)
	s.fill(501)
	s.register = onePage{memory.NewUserRegister(s.storage)}
	a := s.run("users", "list", "--json")
	if a.exit != 1 || !strings.HasPrefix(a.out, "[\n{") || json.Valid([]byte(a.out)) {
		t.Errorf("a list that broke off ends with %d and prints %.40q…, want 1 and an array left open", a.exit, a.out)
	}
	s.refused(1, "store is unavailable", "users", "list")
}
