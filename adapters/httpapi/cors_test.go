package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const devPage = "http://localhost:5173"

func withCORS(_ *stage, s *Settings) { s.Origins = []string{appPage, devPage} }

// corsHeaders spells the headers of an answer that are about CORS.
func corsHeaders(r reply) string {
	var all []string
	for _, name := range []string{"Vary", "Allow", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
		"Access-Control-Expose-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age"} {
		for _, value := range r.header[name] {
			all = append(all, strings.TrimPrefix(name, "Access-Control-")+": "+value)
		}
	}
	return strings.Join(all, "; ")
}

func readable(origin string) string {
	return "Vary: Origin; Allow-Origin: " + origin + "; Allow-Credentials: true; Expose-Headers: X-Request-ID, Retry-After"
}

func preflight(target, origin, method string, more ...string) string {
	return request("OPTIONS", target, "", append([]string{"Origin: " + origin, "Access-Control-Request-Method: " + method}, more...)...)
}

func TestCORS_APreflightOfAnOriginForARouteIsGranted(t *testing.T) {
	for _, change := range []func(*stage, *Settings){withCORS, func(s *stage, settings *Settings) {
		withCORS(s, settings)
		settings.Cookie = true
	}} {
		s := newStage(t, change)
		for _, c := range []struct{ target, origin, method, allowed string }{
			{"/auth/token", appPage, "POST", "POST"},
			{"/auth/token/", devPage, "POST", "POST"},
			{refreshPath, appPage, "POST", "POST"},
			{"/auth/sessions/x", appPage, "DELETE", "DELETE"},
			{"/auth/password", appPage, "PUT", "PUT"},
			{"/.well-known/jwks.json", appPage, "GET", "GET, HEAD"},
			{"/healthz", appPage, "GET", "GET, HEAD"},
			{"/healthz", appPage, "HEAD", "GET, HEAD"},
		} {
			s.logs.TakeAll()
			r := s.send(t, preflight(c.target, c.origin, c.method, "Access-Control-Request-Headers: authorization,content-type",
				"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors"))
			want := "Vary: Origin; Allow-Origin: " + c.origin + "; Allow-Credentials: true; Allow-Methods: " + c.allowed +
				"; Allow-Headers: Authorization, Content-Type, X-Request-ID; Max-Age: 600"
			if got := corsHeaders(r); r.status != http.StatusNoContent || got != want || r.body != "" || r.closes {
				t.Errorf("%v: %d %s, want 204 %s", c, r.status, got, want)
			}
			if line := s.logged(t, 1)[0]; line.Level.String() == "error" || line.ContextMap()["outcome"] != "ok" {
				t.Errorf("%v: logged %v at %v, want no error", c, line.ContextMap(), line.Level)
			}
		}
	}
}

func TestCORS_EveryOtherOPTIONSIsAWrongMethod(t *testing.T) {
	s := newStage(t, withCORS)
	for name, raw := range map[string]string{
		"no Origin":              request("OPTIONS", "/auth/token", "", "Access-Control-Request-Method: POST"),
		"another origin":         preflight("/auth/token", "https://evil.test", "POST"),
		"null":                   preflight("/auth/token", "null", "POST"),
		"another scheme":         preflight("/auth/token", "http://app.example", "POST"),
		"another port":           preflight("/auth/token", appPage+":8443", "POST"),
		"another letter case":    preflight("/auth/token", "https://APP.example", "POST"),
		"a subdomain":            preflight("/auth/token", "https://x.app.example", "POST"),
		"a longer host":          preflight("/auth/token", appPage+".evil.test", "POST"),
		"with a path":            preflight("/auth/token", appPage+"/", "POST"),
		"two origins":            preflight("/auth/token", appPage+", "+devPage, "POST"),
		"empty origin":           preflight("/auth/token", "", "POST"),
		"no method":              request("OPTIONS", "/auth/token", "", "Origin: "+appPage),
		"a method it lacks":      preflight("/auth/token", appPage, "DELETE"),
		"a method in lower case": preflight("/auth/token", appPage, "post"),
		"the method OPTIONS":     preflight("/auth/token", appPage, "OPTIONS"),
		"an empty method":        preflight("/auth/token", appPage, ""),
	} {
		r := s.send(t, raw)
		if got := corsHeaders(r); r.status != http.StatusMethodNotAllowed || got != "Vary: Origin; Allow: POST" {
			t.Errorf("%s: %d %s, want 405, Allow and no leave", name, r.status, got)
		}
	}
	r := s.send(t, preflight("/nowhere", appPage, "POST"))
	if got := corsHeaders(r); r.status != http.StatusNotFound || got != "Vary: Origin" {
		t.Errorf("unknown path: %d %s, want 404 and no leave", r.status, got)
	}
}

func TestCORS_NoOtherMethodIsAPreflight(t *testing.T) {
	s := newStage(t, withCORS)
	for _, method := range []string{"GET", "PUT", "FOO"} {
		raw := strings.Replace(preflight("/auth/token", appPage, "POST"), "OPTIONS", method, 1)
		if r := s.send(t, raw); r.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d, want 405", method, r.status)
		}
	}
}

func TestCORS_APageOfAnOriginCanReadEveryAnswer(t *testing.T) {
	s := newStage(t, withCORS)
	token := s.logIn(t)
	check := func(status int, raw string) {
		t.Helper()
		for _, origin := range []string{appPage, devPage} {
			r := s.send(t, strings.Replace(raw, "\r\n", "\r\nOrigin: "+origin+"\r\n", 1))
			got := strings.Replace(corsHeaders(r), "; Allow: POST", "", 1)
			if want := readable(origin); r.status != status || got != want {
				t.Errorf("%d %s, want %d %s", r.status, got, status, want)
			}
		}
	}
	check(http.StatusOK, form(good))
	check(http.StatusOK, refresh("Bearer "+token))
	check(http.StatusUnauthorized, refresh())
	check(http.StatusNotFound, request("GET", "/nowhere", ""))
	check(http.StatusMethodNotAllowed, request("GET", "/auth/token", ""))
	check(http.StatusRequestEntityTooLarge, form(strings.Repeat("a", DefaultBodyLimit+1)))
	check(http.StatusUnprocessableEntity, form(""))
	s.rotate = func(context.Context) error { return fmt.Errorf("down: %w", domain.ErrUnavailable) }
	check(http.StatusServiceUnavailable, refresh("Bearer "+token))
	s.rotate = func(context.Context) error { return errors.New("disk on fire") }
	check(http.StatusInternalServerError, refresh("Bearer "+token))
	s.rotate = func(context.Context) error { panic("out of cheese") }
	check(http.StatusInternalServerError, refresh("Bearer "+token))
}

func TestCORS_NobodyElseCanReadAnAnswer(t *testing.T) {
	s := newStage(t, withCORS)
	for name, headers := range map[string][]string{
		"no Origin": nil, "another": {"Origin: https://evil.test"}, "null": {"Origin: null"}, "empty": {"Origin:"},
		"a subdomain": {"Origin: https://x.app.example"}, "without TLS": {"Origin: http://app.example"},
	} {
		r := s.send(t, request("GET", "/healthz", "", headers...))
		if got := corsHeaders(r); r.status != http.StatusOK || got != "Vary: Origin" {
			t.Errorf("%s: %d %s, want 200 that varies and gives no leave", name, r.status, got)
		}
	}
}

func TestCORS_WithoutOriginsThereIsNone(t *testing.T) {
	s := newStage(t, nil)
	for name, raw := range map[string]string{
		"request": request("GET", "/healthz", "", "Origin: "+appPage), "empty Origin": request("GET", "/healthz", "", "Origin:"),
		"preflight": preflight("/healthz", appPage, "GET"), "empty preflight": preflight("/healthz", "", "GET"),
	} {
		if got := strings.TrimPrefix(corsHeaders(s.send(t, raw)), "Allow: GET, HEAD"); got != "" {
			t.Errorf("%s: %s, want nothing about CORS", name, got)
		}
	}
}

func TestCORS_APreflightClosesItsConnectionWhileTheServiceDrains(t *testing.T) {
	s := newStage(t, withCORS)
	s.server.api.Drain()
	if r := s.send(t, preflight("/auth/token", appPage, "POST")); r.status != http.StatusNoContent || !r.closes {
		t.Errorf("%d, closes: %t, want 204 and the connection closed", r.status, r.closes)
	}
}
