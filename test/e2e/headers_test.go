package e2e

import (
	"net/http"
	"testing"
)

func TestHeaders_EveryAnswerIsProtectedAndWhatIsPersonalIsNotStored(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", aClient, "TOKEN_COOKIE=on", corsOrigins)
	token, who := s.loggedIn(), basic(clientID, clientSecret)
	personal := map[string]answer{
		"login":         s.login(maria, mariasPassword),
		"refresh":       s.refresh(s.loggedIn()),
		"me":            s.call(http.MethodGet, "/auth/me", token, ""),
		"sessions":      s.call(http.MethodGet, "/auth/sessions", token, ""),
		"introspection": s.introspect(token),
		"inactive":      s.introspect("abc"),
		"head":          s.call(http.MethodHead, "/auth/me", token, ""),
	}
	for name, got := range personal {
		if got.status != http.StatusOK || len(got.header.Values("Cache-Control")) != 1 || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s is answered with %d and Cache-Control %q", name, got.status, got.header.Values("Cache-Control"))
		}
		isProtected(t, name, got)
	}
	for name, got := range map[string]answer{
		"logout":           s.logout(token, ""),
		"no token":         s.call(http.MethodGet, "/auth/me", "", ""),
		"bad token":        s.call(http.MethodGet, "/auth/me", "abc", ""),
		"refused login":    s.login(maria, "wrong"),
		"no client":        s.call(http.MethodPost, "/auth/introspect", "", "token=abc", form),
		"no form":          s.call(http.MethodPost, "/auth/introspect", "", "", who),
		"keys":             s.call(http.MethodGet, "/.well-known/jwks.json", "", ""),
		"no metadata":      s.call(http.MethodGet, metadataPath, "", ""),
		"unknown path":     s.call(http.MethodGet, "/nowhere", "", ""),
		"wrong method":     s.call(http.MethodPatch, "/auth/me", "", ""),
		"preflight":        s.call(http.MethodOptions, "/auth/me", "", "", "Origin: "+ourPage, "Access-Control-Request-Method: GET"),
		"another site":     s.call(http.MethodPost, "/auth/logout", "", "", "Sec-Fetch-Site: cross-site"),
		"life":             s.call(http.MethodGet, "/healthz", "", ""),
		"document":         s.call(http.MethodGet, "/openapi.json", "", ""),
		"unknown document": s.call(http.MethodGet, "/docs/nothing.js", "", ""),
	} {
		isProtected(t, name, got)
	}
}

// isProtected checks what keeps a browser from doing anything with an answer but read it.
func isProtected(t *testing.T, name string, got answer) {
	t.Helper()
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		"Referrer-Policy": "no-referrer", "Strict-Transport-Security": "", "Server": "", "X-Powered-By": "",
	} {
		if have := got.header.Get(header); have != want {
			t.Errorf("%s: %s is %q, want %q", name, header, have, want)
		}
	}
	if id := got.header.Get("X-Request-ID"); !requestID.MatchString(id) {
		t.Errorf("%s: X-Request-ID is %q", name, id)
	}
}
