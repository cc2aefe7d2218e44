package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"
)

const appPage = "https://app.example"

func withOrigin(_ *stage, s *Settings) { s.Cookie, s.Origins = true, []string{appPage} }

// TestCrossSite_OnlyPagesOfTheServiceAndOfTheOriginsMaySend has what browsers say of a page that sends: Sec-Fetch-Site,
// and older ones Origin alone. Programs say nothing.
func TestCrossSite_OnlyPagesOfTheServiceAndOfTheOriginsMaySend(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		refused bool
	}{
		"a program":                          {nil, false},
		"the service's own page":             {[]string{"Sec-Fetch-Site: same-origin", "Origin: https://api.example"}, false},
		"the user":                           {[]string{"Sec-Fetch-Site: none"}, false},
		"a trusted page of the site":         {[]string{"Sec-Fetch-Site: same-site", "Origin: " + appPage}, false},
		"a trusted page":                     {[]string{"Sec-Fetch-Site: cross-site", "Origin: " + appPage}, false},
		"a sibling subdomain":                {[]string{"Sec-Fetch-Site: same-site", "Origin: https://blog.example"}, true},
		"another site":                       {[]string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.test"}, true},
		"another site that hides":            {[]string{"Sec-Fetch-Site: cross-site"}, true},
		"a sandboxed frame":                  {[]string{"Sec-Fetch-Site: cross-site", "Origin: null"}, true},
		"another site under its own host":    {[]string{"Sec-Fetch-Site: cross-site", "Origin: https://api.example"}, true},
		"a word nobody knows":                {[]string{"Sec-Fetch-Site: friendly"}, true},
		"old browser, own page":              {[]string{"Origin: https://api.example"}, false},
		"old browser, trusted page":          {[]string{"Origin: " + appPage}, false},
		"old browser, trusted without TLS":   {[]string{"Origin: http://app.example"}, true},
		"old browser, trusted, another port": {[]string{"Origin: " + appPage + ":8443"}, true},
		"old browser, below a trusted host":  {[]string{"Origin: https://x.app.example"}, true},
		"old browser, another site":          {[]string{"Origin: https://evil.test"}, true},
		"old browser, a sandboxed frame":     {[]string{"Origin: null"}, true},
	} {
		s := newStage(t, withOrigin)
		cookie := hold(hostCookie, s.logIn(t))
		for target, body := range map[string]string{"/auth/token": good, refreshPath: ""} {
			r := s.send(t, request("POST", target, body, append(c.headers, cookie, formType)...))
			if refused := r.status == http.StatusForbidden; refused != c.refused || !refused && r.status != http.StatusOK {
				t.Errorf("%s, %s: %d %s, want it refused: %t", name, target, r.status, r.body, c.refused)
			}
		}
	}
}

const fromElsewhere = "Sec-Fetch-Site: cross-site\r\nOrigin: https://evil.test"

func TestCrossSite_ARefusalIs403BeforeAnythingIsDone(t *testing.T) {
	s := newStage(t, withOrigin)
	token := s.logIn(t)
	touched := func(context.Context) error { panic("the store was asked") }
	s.rotate, s.find = touched, touched
	hashed := s.hashed.Load()
	for name, raw := range map[string]string{
		"log-in":        request("POST", "/auth/token", good, formType, fromElsewhere),
		"a large body":  request("POST", "/auth/token", strings.Repeat("a", DefaultBodyLimit+1), formType, fromElsewhere),
		"refresh":       request("POST", refreshPath, "", fromElsewhere, hold(hostCookie, token)),
		"unknown path":  request("POST", "/nowhere", "", fromElsewhere),
		"wrong method":  request("DELETE", refreshPath, "", fromElsewhere),
		"unknown verb":  request("FOO", refreshPath, "", fromElsewhere),
		"over loopback": atHost("localhost:8000", request("POST", refreshPath, "", fromElsewhere, hold(plainCookie, token))),
	} {
		s.logs.TakeAll()
		r := s.send(t, raw)
		if r.status != http.StatusForbidden || r.body != `{"detail":"Forbidden"}` || r.header.Get("WWW-Authenticate") != "" {
			t.Errorf("%s: %d %v %s, want a bare 403", name, r.status, r.header, r.body)
		}
		if r.header["Set-Cookie"] != nil || r.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v, want neither a cookie nor leave to read the answer", name, r.header)
		}
		if line := s.logged(t, 1)[0]; line.ContextMap()["outcome"] != errCrossSite.Error() {
			t.Errorf("%s: logged %v, want the reason", name, line.ContextMap())
		}
	}
	if s.hashed.Load() != hashed {
		t.Error("a password was checked")
	}
}

func TestCrossSite_AnAuthorizationHeaderNeedsNoCheck(t *testing.T) {
	s := newStage(t, withOrigin)
	tokenOf(t, s.send(t, request("POST", refreshPath, "", fromElsewhere, "Authorization: Bearer "+s.logIn(t))))
	r := s.send(t, request("POST", refreshPath, "", fromElsewhere, "Authorization:"))
	if r.status != http.StatusUnauthorized {
		t.Errorf("an empty header: %d, want 401", r.status)
	}
}

func TestCrossSite_SafeMethodsAreNotChecked(t *testing.T) {
	s := newStage(t, withOrigin)
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "OPTIONS": 405} {
		if r := s.send(t, request(method, "/healthz", "", fromElsewhere)); r.status != want {
			t.Errorf("%s: %d, want %d", method, r.status, want)
		}
	}
}

func TestCrossSite_WithoutTheCookieNothingIsChecked(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) { s.Origins = []string{appPage} })
	tokenOf(t, s.send(t, request("POST", "/auth/token", good, formType, fromElsewhere)))
}
