package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestCookie_KeepsABrowserLoggedInThatNeverSeesTheToken(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "TOKEN_COOKIE=on")
		b := openTab(s, client.Transport)
		got, cookie := b.sends(http.MethodPost, "/auth/token", marias)
		isSet(t, got, cookie, plainCookie, lifetime)
		first := b.holds(plainCookie)

		got, cookie = b.sends(http.MethodPost, "/auth/token/refresh_token", "")
		isSet(t, got, cookie, plainCookie, lifetime)
		if second := b.holds(plainCookie); second == first || second != got.token(t) {
			t.Error("the refresh did not replace the cookie")
		}
		if got, cookie = b.sends(http.MethodGet, "/auth/me", ""); got.status != http.StatusOK || cookie != nil {
			t.Errorf("me is answered with %d %s and the cookie %v", got.status, got.body, cookie)
		}
		last := b.holds(plainCookie)
		got, cookie = b.sends(http.MethodPost, "/auth/logout", "")
		got.isEmpty(t, http.StatusNoContent)
		if cookie == nil || cookie.Value != "" || cookie.MaxAge >= 0 || cookie.Path != "/" || b.holds(plainCookie) != "" {
			t.Errorf("the logout leaves the cookie %v", cookie)
		}
		got, _ = b.sends(http.MethodGet, "/auth/me", "")
		got.is(t, http.StatusUnauthorized, notAuthenticated)
		s.turnsAway(last)
	})
}

func TestCookie_EveryProtectedEndpointTakesIt(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "TOKEN_COOKIE=on")
		b := openTab(s, client.Transport)
		login := func() { b.sends(http.MethodPost, "/auth/token", marias) }
		login()
		other := s.loggedIn()
		for _, e := range []exchange{
			{method: "GET", path: "/auth/me", status: 200},
			{method: "GET", path: "/auth/sessions", status: 200},
			{method: "DELETE", path: "/auth/sessions/some", status: 404},
			{method: "POST", path: "/auth/logout?scope=some", status: 422},
			{method: "POST", path: "/auth/logout?scope=others", status: 204},
			{method: "PUT", path: "/auth/password", status: 422},
		} {
			got, cookie := b.sends(e.method, e.path, "")
			if got.status != e.status || cookie != nil {
				t.Errorf("%s %s is answered with %d %s and the cookie %v", e.method, e.path, got.status, got.body, cookie)
			}
		}
		s.turnsAway(other)
		got, cookie := b.sends(http.MethodDelete, "/auth/sessions/"+sessionOf(t, b.holds(plainCookie)), "")
		got.isEmpty(t, http.StatusNoContent)
		if cookie == nil || b.holds(plainCookie) != "" {
			t.Errorf("the end of its own session leaves the cookie %v", cookie)
		}
		login()
		got, cookie = b.sends(http.MethodPost, "/auth/logout?scope=global", "")
		got.isEmpty(t, http.StatusNoContent)
		if cookie == nil || b.holds(plainCookie) != "" {
			t.Errorf("a logout everywhere leaves the cookie %v", cookie)
		}
	})
}

func TestCookie_WhereBothAreSentTheHeaderWins(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "TOKEN_COOKIE=on")
		s.AddUser(joao, mariasPassword)
		b := openTab(s, client.Transport)
		b.sends(http.MethodPost, "/auth/token", marias)
		mine := b.holds(plainCookie)
		theirs := s.login(joao, mariasPassword).token(t)
		got, _ := b.sends(http.MethodGet, "/auth/me", "", "Authorization: Bearer "+theirs)
		if !strings.Contains(got.body, joao) {
			t.Errorf("the account is %s", got.body)
		}
		for _, wrong := range []string{"Bearer abc", "Basic bWFyaWE6eA==", ""} {
			if got, _ = b.sends(http.MethodGet, "/auth/me", "", "Authorization: "+wrong); got.status != http.StatusUnauthorized {
				t.Errorf("beside %q the cookie was taken: %d %s", wrong, got.status, got.body)
			}
		}
		b.sends(http.MethodPost, "/auth/logout", "", "Authorization: Bearer "+theirs)
		s.turnsAway(theirs)
		s.refreshed(mine)
	})
}

func TestCookie_LivesAsLongAsItsToken(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "TOKEN_COOKIE=on", "SESSION_MAX_AGE=100s", "ACCESS_TOKEN_EXPIRE_MINUTES=5")
	got, cookie := openTab(s, client.Transport).sends(http.MethodPost, "/auth/token", marias)
	isSet(t, got, cookie, plainCookie, 100*time.Second)
	s.restart("SESSION_MAX_AGE=1h")
	got, cookie = openTab(s, client.Transport).sends(http.MethodPost, "/auth/token", marias)
	isSet(t, got, cookie, plainCookie, 5*time.Minute)
}

func TestCookie_OverHTTPSItBelongsToTheHostAlone(t *testing.T) {
	t.Parallel()
	s := operator(t, "sqlite:vidaplus.db", "TLS_CERT_FILE=cert.pem", "TLS_KEY_FILE=key.pem", "TOKEN_COOKIE=on")
	trusting := conforming{s.certificate().Transport}
	s.AddUser(maria, mariasPassword)
	s.Launch()
	s.URL = strings.Replace(s.URL, "http://", "https://", 1)
	b := openTab(s, trusting)
	program.Within(t, 20*time.Second, "the service answers", func() bool {
		response, err := b.Get(s.URL + "/readyz")
		return err == nil && response.Body.Close() == nil && response.StatusCode == http.StatusOK
	})
	got, cookie := b.sends(http.MethodPost, "/auth/token", marias)
	isSet(t, got, cookie, hostCookie, lifetime)
	got, cookie = b.sends(http.MethodPost, "/auth/token/refresh_token", "")
	isSet(t, got, cookie, hostCookie, lifetime)
	if got, _ = b.sends(http.MethodGet, "/auth/me", ""); got.status != http.StatusOK {
		t.Errorf("me is answered with %d %s", got.status, got.body)
	}
	planted := plainCookie + "=" + b.holds(hostCookie)
	_, cookie = b.sends(http.MethodPost, "/auth/logout", "")
	if cookie == nil || cookie.Name != hostCookie || !cookie.Secure || cookie.MaxAge >= 0 || b.holds(hostCookie) != "" {
		t.Errorf("the logout leaves the cookie %v", cookie)
	}
	got, _ = b.sends(http.MethodGet, "/auth/me", "", "Cookie: "+planted)
	got.is(t, http.StatusUnauthorized, notAuthenticated)
}

func TestCookie_WhenItIsOffNoneIsSetOrRead(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		b := openTab(s, client.Transport)
		got, cookie := b.sends(http.MethodPost, "/auth/token", marias)
		if cookie != nil {
			t.Errorf("the login sets %v", cookie)
		}
		token := got.token(t)
		for _, name := range []string{plainCookie, hostCookie} {
			for _, path := range []string{"/auth/token/refresh_token", "/auth/logout"} {
				got, cookie = b.sends(http.MethodPost, path, "", "Cookie: "+name+"="+token)
				got.is(t, http.StatusUnauthorized, notAuthenticated)
				if cookie != nil {
					t.Errorf("%s sets %v", path, cookie)
				}
			}
		}
		if got, cookie = b.sends(http.MethodPost, "/auth/logout", "", "Authorization: Bearer "+token); cookie != nil {
			t.Errorf("the logout, answered with %d, sets %v", got.status, cookie)
		}
	})
}
