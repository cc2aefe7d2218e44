package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// ownSession is what somebody is told of a session of the own account.
type ownSession struct {
	ID          string    `json:"id"`
	CreatedAt   time.Time `json:"created_at"`
	RefreshedAt time.Time `json:"refreshed_at"`
	ExpiresAt   time.Time `json:"expires_at"`
	UserAgent   string    `json:"user_agent"`
	IP          string    `json:"ip"`
	Current     bool      `json:"current"`
}

// sessionsOf returns the sessions that the bearer of a good token is shown, by their ids. Just one is its own.
func (s *service) sessionsOf(token string) map[string]ownSession {
	s.T.Helper()
	var list []ownSession
	s.call(http.MethodGet, "/auth/sessions", token, "").read(s.T, &list)
	all := map[string]ownSession{}
	for _, one := range list {
		all[one.ID] = one
		if one.Current != (one.ID == sessionOf(s.T, token)) {
			s.T.Errorf("a session is shown as %+v to %s", one, sessionOf(s.T, token))
		}
	}
	if len(all) != len(list) || !all[sessionOf(s.T, token)].Current {
		s.T.Errorf("the sessions are shown as %+v", list)
	}
	return all
}

func (s *service) endSession(token, id string) answer {
	s.T.Helper()
	return s.call(http.MethodDelete, "/auth/sessions/"+id, token, "")
}

func TestOwnSessions_ShowWhereTheUserIsLoggedIn(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "TRUSTED_PROXIES=127.0.0.0/8")
		s.AddUser(joao, mariasPassword)
		s.login(joao, mariasPassword).token(t)
		const agent = "Mozilla/5.0 <b>(é)"
		began := time.Now().Add(-time.Second)
		one := granted(t, mustSend(t, s.URL+"/auth/token", marias, form, "User-Agent: "+agent, "X-Forwarded-For: 203.0.113.9").body)
		two := s.refreshed(s.loggedIn())
		all := s.sessionsOf(two)
		if len(all) != 2 {
			t.Fatalf("the sessions are %+v", all)
		}
		shown := all[sessionOf(t, one)]
		if shown.UserAgent != agent || shown.IP != "203.0.113.9" {
			t.Errorf("the session is shown as %+v", shown)
		}
		j := readJWT(t, two, secretKey)
		shown = all[sessionOf(t, two)]
		if shown.ExpiresAt.Unix() != j.seconds(t, "exp") || shown.RefreshedAt.Unix() != j.seconds(t, "iat") {
			t.Errorf("the session is shown as %+v, the token says %s", shown, j.payload)
		}
		if shown.CreatedAt.Before(began.Truncate(time.Second)) || shown.CreatedAt.After(time.Now()) {
			t.Errorf("the session is shown as %+v, and began after %v", shown, began)
		}
		s.sessionsOf(one)
	})
}

func TestOwnSessions_ThatHaveEndedAreNotShown(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "SESSION_MAX_AGE=4s")
		aged := s.loggedIn()
		s.logout(s.loggedIn(), "").isEmpty(t, http.StatusNoContent)
		s.Must("", "sessions", "revoke", sessionOf(t, s.loggedIn()))
		reused := s.loggedIn()
		s.refreshed(s.refreshed(reused))
		s.refuses(reused)
		if all := s.sessionsOf(aged); len(all) != 1 {
			t.Errorf("the sessions are %+v", all)
		}
		program.Within(t, 10*time.Second, "the oldest session is too old", func() bool {
			return s.call(http.MethodGet, "/auth/me", aged, "").status != http.StatusOK
		})
		if all := s.sessionsOf(s.loggedIn()); len(all) != 1 {
			t.Errorf("the sessions are %+v", all)
		}
	})
}

func TestOwnSessions_OneIsEndedAtOnceAndNoOther(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, aClient)
		token, lost, other := s.loggedIn(), s.refreshed(s.loggedIn()), s.loggedIn()
		s.endSession(token, sessionOf(t, lost)).isEmpty(t, http.StatusNoContent)
		s.forgets(lost)
		s.refreshed(other)
		if _, shown := s.sessionsOf(token)[sessionOf(t, lost)]; shown {
			t.Error("the session is shown although it has ended")
		}
		s.endSession(token, sessionOf(t, lost)).isEmpty(t, http.StatusNoContent)
		s.records("session_revoked", 1)
		s.endSession(token, sessionOf(t, token)+"/").isEmpty(t, http.StatusNoContent)
		s.forgets(token)
		s.refreshed(s.loggedIn())
	})
}

func TestOwnSessions_AnothersSessionIsNotFoundAndNotTouched(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.AddUser(joao, mariasPassword)
		token, theirs := s.loggedIn(), s.login(joao, mariasPassword).token(t)
		id, own := sessionOf(t, theirs), sessionOf(t, token)
		for _, wrong := range []string{
			id, strings.ToUpper(own), own + "x", own[1:], "019ac0de-7d4c-7f3a-9a52-0c7d5e1f2b3a", "none", "%00", "%ff",
			url.PathEscape("é"), url.PathEscape("' OR 1=1 --"), "%25", "%2e%2e", strings.Repeat("a", 1000), "..%2f" + own,
		} {
			s.endSession(token, wrong).is(t, http.StatusNotFound, "Not Found")
		}
		s.refreshed(theirs)
		s.refreshed(token)
	})
}
