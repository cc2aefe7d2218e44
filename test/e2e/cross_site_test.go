package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

const (
	ourPage   = "https://app.example.com"
	theirPage = "https://elsewhere.example"
)

// unsafe are the requests that change something, as a page could make a browser send them.
var unsafe = []exchange{
	{method: "POST", path: "/auth/token", body: marias},
	{method: "POST", path: "/auth/token/refresh_token"},
	{method: "POST", path: "/auth/logout"},
	{method: "DELETE", path: "/auth/sessions/some"},
	{method: "PUT", path: "/auth/password"},
	{method: "POST", path: "/auth/revoke", body: "token=abc"},
}

func TestCrossSite_APageOfAnotherSiteChangesNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "TOKEN_COOKIE=on", "CORS_ALLOWED_ORIGINS="+ourPage)
		b := openTab(s, client.Transport)
		b.sends(http.MethodPost, "/auth/token", marias)
		token := b.holds(plainCookie)
		for _, e := range unsafe {
			for _, header := range [][]string{
				{"Sec-Fetch-Site: cross-site", "Origin: " + theirPage}, {"Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: same-site"},
				{"Sec-Fetch-Site: ", "Origin: " + theirPage}, {"Sec-Fetch-Site: ", "Origin: null"},
				{"Sec-Fetch-Site: cross-site", "Origin: " + ourPage + ".elsewhere.example"},
			} {
				got, cookie := b.sends(e.method, e.path, e.body, header...)
				got.is(t, http.StatusForbidden, "Forbidden")
				if cookie != nil {
					t.Errorf("%s sets %v", e.path, cookie)
				}
			}
		}
		if b.holds(plainCookie) != token {
			t.Error("the cookie is another one")
		}
		s.refreshed(token)
	})
}

func TestCrossSite_OurOwnPagesAndOthersThanBrowsersAreServed(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "TOKEN_COOKIE=on", "CORS_ALLOWED_ORIGINS="+ourPage)
	for _, header := range [][]string{
		{"Sec-Fetch-Site: same-origin", "Origin: " + s.URL}, {"Sec-Fetch-Site: none"}, {"Sec-Fetch-Site: "},
		{"Sec-Fetch-Site: ", "Origin: " + s.URL}, {"Sec-Fetch-Site: cross-site", "Origin: " + ourPage},
	} {
		got := s.call(http.MethodPost, "/auth/token", "", marias, append(header, form)...)
		got.token(t)
		for _, path := range []string{"/auth/token/refresh_token", "/auth/logout"} {
			cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
			got = s.call(http.MethodPost, path, "", "", append(header, "Cookie: "+cookie)...)
			if got.status >= http.StatusMultipleChoices {
				t.Errorf("%s with %q is answered with %d %s", path, header, got.status, got.body)
			}
		}
	}
}

func TestCrossSite_WhereTheTokenIsInTheHeaderOrNothingChangesItIsNotAsked(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "TOKEN_COOKIE=on")
	b := openTab(s, client.Transport)
	foreign := []string{"Sec-Fetch-Site: cross-site", "Origin: " + theirPage}
	bearer := append(slices.Clone(foreign), "Authorization: Bearer "+s.loggedIn())
	for _, e := range []exchange{
		{method: "GET", path: "/auth/me", header: bearer, status: 200},
		{method: "POST", path: "/auth/token/refresh_token", header: bearer, status: 200},
		{method: "POST", path: "/auth/logout", header: bearer, status: 204},
		{method: "GET", path: "/auth/me", header: foreign, status: 401},
		{method: "GET", path: "/readyz", header: foreign, status: 200},
	} {
		if got, _ := b.sends(e.method, e.path, "", e.header...); got.status != e.status {
			t.Errorf("%s %s is answered with %d %s, want %d", e.method, e.path, got.status, got.body, e.status)
		}
	}
}

func TestCrossSite_WithoutTheCookieNothingIsAskedOfALogin(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	got, _ := openTab(s, client.Transport).sends(http.MethodPost, "/auth/token", marias, "Sec-Fetch-Site: cross-site", "Origin: "+theirPage)
	s.refreshed(got.token(t))
}
