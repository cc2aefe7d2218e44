package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// outdating lists what ends the untracked tokens of an address that may have been issued before it. Where a session
// goes on, one that such a token was taken into earlier goes on too. What concerns everybody stands last.
var outdating = []struct {
	what   string
	change func(s *service, email string)
	goesOn bool
}{
	{"a disabling", func(s *service, email string) {
		s.Must("", "users", "disable", email)
	}, false},
	{"a disabling that was taken back", func(s *service, email string) {
		s.Must("", "users", "disable", email)
		s.Must("", "users", "enable", email)
	}, false},
	{"a new password", func(s *service, email string) {
		s.Must(mariasPassword+"\n", "users", "set-password", email, "--password-stdin")
	}, false},
	{"a removal", func(s *service, email string) {
		s.Must("", "users", "remove", email)
	}, false},
	{"a removal before somebody else got the address", func(s *service, email string) {
		s.Must("", "users", "remove", email)
		s.AddUser(email, "somebody else's password")
	}, false},
	{"a new address", func(s *service, email string) {
		s.Must("", "users", "set-email", email, "new."+email)
	}, true},
	{"an address that went to somebody else", func(s *service, email string) {
		s.Must("", "users", "set-email", email, "new."+email)
		s.AddUser(email, "somebody else's password")
	}, true},
	{"an address that came from somebody else", func(s *service, email string) {
		s.Must("", "users", "remove", email)
		s.AddUser("old."+email, mariasPassword)
		s.Must("", "users", "set-email", "old."+email, email)
	}, false},
	{"an address that was left and taken again", func(s *service, email string) {
		s.Must("", "users", "set-email", email, "new."+email)
		s.Must("", "users", "set-email", "new."+email, email)
	}, true},
	{"a revocation of the user's sessions", func(s *service, email string) {
		s.Must("", "sessions", "revoke", "--user", strings.ToUpper(email))
	}, false},
	{"a revocation of all sessions", func(s *service, _ string) {
		s.Must("", "sessions", "revoke", "--all")
	}, false},
}

func TestUntracked_ATokenThatMayBeOlderThanTheAccountsLastChangeIsRefused(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := start(t, database)
		for i, story := range outdating {
			email := fmt.Sprintf("user%d@example.com", i)
			s.AddUser(email, mariasPassword)
			unused, used := untracked(email, lifetime-time.Minute), untracked(email, lifetime-2*time.Minute)
			successor := s.refreshed(used)
			story.change(s, email)

			s.refuses(unused)
			for _, token := range []string{used, successor} {
				got := s.refresh(token)
				if goesOn := got.status == http.StatusOK; goesOn != story.goesOn {
					t.Errorf("after %s a token of the session is answered %d %s", story.what, got.status, got.body)
				}
			}
		}
	})
}
