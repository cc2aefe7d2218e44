package e2e

import (
	"net/http"
	"testing"
	"time"
)

// account is what somebody is told of the own account.
type account struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Admin     bool      `json:"admin"`
	CreatedAt time.Time `json:"created_at"`
}

// me returns the account of a token that has to be good.
func (s *service) me(token string) account {
	s.T.Helper()
	var shown account
	s.call(http.MethodGet, "/auth/me", token, "").read(s.T, &shown)
	return shown
}

// turnsAway presents a token that is no good, and checks that no protected endpoint takes it. None but refresh and logout
// ever ends anything.
func (s *service) turnsAway(token string) {
	s.T.Helper()
	s.call(http.MethodGet, "/auth/me", token, "").isTurnedAway(s.T)
	s.call(http.MethodGet, "/auth/sessions", token, "").isTurnedAway(s.T)
	s.call(http.MethodDelete, "/auth/sessions/some", token, "").isTurnedAway(s.T)
	s.changePassword(token, mariasPassword, newPassword).isTurnedAway(s.T)
}

func TestMe_SaysWhoseTokenItIs(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := start(t, database)
		s.Must(mariasPassword+"\n", "users", "add", maria, "--name", "Maria <Silva> é", "--admin", "--password-stdin")
		s.AddUser(joao, mariasPassword)
		token := s.loggedIn()
		shown := s.me(token)
		stored := s.listed(shownMembers, "users", "show", maria)[0]
		if shown.ID != stored["id"] || shown.ID != readJWT(t, token, secretKey).text(t, "uid") {
			t.Errorf("the id is %q, the stored user is %v", shown.ID, stored)
		}
		if shown.Email != maria || shown.Name != "Maria <Silva> é" || !shown.Admin {
			t.Errorf("the account is shown as %+v", shown)
		}
		if at := shown.CreatedAt.Format(time.RFC3339); at != stored["created_at"] {
			t.Errorf("the account was made at %s, the command says %v", at, stored["created_at"])
		}
		if other := s.me(s.login(joao, mariasPassword).token(t)); other.Email != joao || other.Admin || other.ID == shown.ID {
			t.Errorf("the other account is shown as %+v", other)
		}
	})
}

func TestMe_ShowsTheAddressAsItIsNow(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		before := s.me(token)
		s.Must("", "users", "set-email", maria, "silva@example.com")
		after := s.me(token)
		if after.Email != "silva@example.com" || after.ID != before.ID {
			t.Errorf("the account was %+v and is %+v", before, after)
		}
		if sub := readJWT(t, s.refreshed(token), secretKey).text(t, "sub"); sub != "silva@example.com" {
			t.Errorf("the next token is for %s", sub)
		}
	})
}
