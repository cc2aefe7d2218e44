package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// corsHeaders returns what an answer says to pages of other sites.
func corsHeaders(header http.Header) (names []string) {
	for name := range header {
		if strings.HasPrefix(name, "Access-Control-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// lists reports whether a header has this word, in any letter case.
func lists(header http.Header, name, word string) bool {
	return slices.ContainsFunc(strings.Split(header.Get(name), ","), func(one string) bool {
		return strings.EqualFold(strings.TrimSpace(one), word)
	})
}

const corsOrigins = "CORS_ALLOWED_ORIGINS=" + ourPage + ",http://localhost:5173"

// preflights are what a page may ask before it sends a request.
var preflights = []struct{ path, method, headers string }{
	{"/auth/token", "POST", "content-type"},
	{"/auth/token/refresh_token", "POST", "authorization"},
	{"/auth/logout", "POST", "authorization"},
	{"/auth/me", "GET", "authorization,x-request-id"},
	{"/auth/password", "PUT", "authorization,content-type"},
	{"/auth/sessions", "GET", "authorization"},
	{"/auth/sessions/some", "DELETE", "authorization"},
	{"/.well-known/jwks.json", "GET", ""},
}

func TestCORS_APageOfOursMaySendWhatItNeeds(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", corsOrigins)
	for _, p := range preflights {
		for _, origin := range []string{ourPage, "http://localhost:5173"} {
			for _, slash := range []string{"", "/"} {
				got := s.call(http.MethodOptions, p.path+slash, "", "", "Origin: "+origin,
					"Access-Control-Request-Method: "+p.method, "Access-Control-Request-Headers: "+p.headers)
				got.isEmpty(t, http.StatusNoContent)
				if got.header.Get("Access-Control-Allow-Origin") != origin || got.header.Get("Access-Control-Allow-Credentials") != "true" ||
					!lists(got.header, "Vary", "Origin") || !lists(got.header, "Access-Control-Allow-Methods", p.method) {
					t.Errorf("%s: %s is allowed %v", p.path, origin, got.header)
				}
				for word := range strings.SplitSeq(p.headers, ",") {
					if word != "" && !lists(got.header, "Access-Control-Allow-Headers", word) {
						t.Errorf("%s: the header %s is not allowed: %v", p.path, word, got.header)
					}
				}
			}
		}
	}
}

func TestCORS_APageOfOursMayReadEveryAnswer(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", corsOrigins)
	token := s.loggedIn()
	for _, got := range []answer{
		s.call(http.MethodGet, "/auth/me", token, "", "Origin: "+ourPage),
		s.call(http.MethodPost, "/auth/token", "", marias, form, "Origin: "+ourPage),
		s.call(http.MethodPost, "/auth/token/refresh_token", token, "", "Origin: "+ourPage),
		s.call(http.MethodGet, "/auth/me", "abc", "", "Origin: "+ourPage),
		s.call(http.MethodGet, "/nowhere", "", "", "Origin: "+ourPage),
		s.call(http.MethodPatch, "/auth/me", "", "", "Origin: "+ourPage),
	} {
		if got.header.Get("Access-Control-Allow-Origin") != ourPage || got.header.Get("Access-Control-Allow-Credentials") != "true" ||
			!lists(got.header, "Vary", "Origin") || !lists(got.header, "Access-Control-Expose-Headers", "X-Request-ID") ||
			!lists(got.header, "Access-Control-Expose-Headers", "Retry-After") {
			t.Errorf("%d %s comes with %v", got.status, got.body, got.header)
		}
	}
}

func TestCORS_AnyOtherOriginGetsNothing(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", corsOrigins)
	token := s.loggedIn()
	for _, origin := range []string{
		theirPage, "null", "http://app.example.com", ourPage + ":8443", ourPage + "/", ourPage + ".elsewhere.example",
		"https://APP.example.com", "https://sub.app.example.com", "https://example.com", "http://localhost", "*", ourPage + "," + theirPage,
	} {
		asked := s.call(http.MethodOptions, "/auth/me", "", "", "Origin: "+origin, "Access-Control-Request-Method: GET")
		read := s.call(http.MethodGet, "/auth/me", token, "", "Origin: "+origin)
		for _, got := range []answer{asked, read} {
			if names := corsHeaders(got.header); names != nil || !lists(got.header, "Vary", "Origin") {
				t.Errorf("%q gets %v", origin, got.header)
			}
		}
		if read.status != http.StatusOK {
			t.Errorf("%q is answered with %d", origin, read.status)
		}
	}
	plain := s.call(http.MethodGet, "/auth/me", token, "")
	if names := corsHeaders(plain.header); names != nil || !lists(plain.header, "Vary", "Origin") {
		t.Errorf("without an origin the answer comes with %v", plain.header)
	}
	asked := s.call(http.MethodOptions, "/auth/me", "", "", "Origin: "+ourPage, "Access-Control-Request-Method: DELETE")
	asked.is(t, http.StatusMethodNotAllowed, "Method Not Allowed")
}

func TestCORS_WithoutOriginsThereIsNone(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	for _, got := range []answer{
		s.call(http.MethodOptions, "/auth/me", "", "", "Origin: "+ourPage, "Access-Control-Request-Method: GET"),
		s.call(http.MethodGet, "/auth/me", s.loggedIn(), "", "Origin: "+ourPage),
	} {
		if names := corsHeaders(got.header); names != nil {
			t.Errorf("%d comes with %v", got.status, got.header)
		}
	}
}
