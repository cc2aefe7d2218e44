package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const strictTransport = "Strict-Transport-Security"

// newSecureStage starts a server with a certificate of its own, and returns a client that trusts it.
func newSecureStage(t *testing.T, change func(*stage, *Settings)) (*stage, *http.Client) {
	t.Helper()
	cert, key, pool := trusted(t)
	s := newStage(t, func(s *stage, settings *Settings) {
		settings.CertFile, settings.KeyFile = cert, key
		if change != nil {
			change(s, settings)
		}
	})
	return s, secureClient(pool)
}

func TestHeaders_EveryAnswerTellsBrowsersToDoNothingWithIt(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	check := func(name string, r reply, status int) {
		t.Helper()
		if r.status != status {
			t.Errorf("%s: %d, want %d", name, r.status, status)
		}
		for header, want := range map[string]string{
			"X-Content-Type-Options":  "nosniff",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
			"Referrer-Policy":         "no-referrer",
			strictTransport:           "",
			headerResourcePolicy:      "",
		} {
			if got := r.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
	}
	check("refresh", s.send(t, refresh("Bearer "+token)), http.StatusOK)
	check("401", s.send(t, refresh()), http.StatusUnauthorized)
	check("404", s.send(t, request("GET", "/nowhere", "")), http.StatusNotFound)
	check("405", s.send(t, request("GET", "/auth/token", "")), http.StatusMethodNotAllowed)
	check("422", s.send(t, form("")), http.StatusUnprocessableEntity)
	check("HEAD", s.send(t, request("HEAD", "/healthz", "")), http.StatusOK)
	s.rotate = func(context.Context) error { return fmt.Errorf("down: %w", domain.ErrUnavailable) }
	check("503", s.send(t, refresh("Bearer "+s.logIn(t))), http.StatusServiceUnavailable)
	s.rotate = func(context.Context) error { panic("out of cheese") }
	check("500", s.send(t, refresh("Bearer "+s.logIn(t))), http.StatusInternalServerError)
}

func TestHeaders_OnlyHTTPSPromisesHTTPS(t *testing.T) {
	s, client := newSecureStage(t, nil)
	for path, status := range map[string]int{"/healthz": http.StatusOK, "/nowhere": http.StatusNotFound} {
		response, err := client.Get("https://" + s.server.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := response.Header.Get(strictTransport); got != "max-age=31536000" || response.StatusCode != status {
			t.Errorf("%s: %d, %s %q, want %d and a year", path, response.StatusCode, strictTransport, got, status)
		}
	}
	plain := newStage(t, nil).send(t, request("GET", "/healthz", "", "X-Forwarded-Proto: https"))
	if got := plain.header.Get(strictTransport); got != "" {
		t.Errorf("plain HTTP: %s %q, want none", strictTransport, got)
	}
}

func TestHeaders_WithTheCookieNoOtherOriginMayLoadAnAnswer(t *testing.T) {
	s := newStage(t, withCookie)
	for name, raw := range map[string]string{"200": request("GET", "/healthz", ""), "401": refresh()} {
		if got := s.send(t, raw).header.Get(headerResourcePolicy); got != "same-origin" {
			t.Errorf("%s: %s %q, want same-origin", name, headerResourcePolicy, got)
		}
	}
}

func TestHeaders_OfOneAnswerDoNotLeakIntoAnother(t *testing.T) {
	s := newStage(t, withOrigin)
	header := http.Header{}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	s.server.api.protect(r, header)
	s.server.api.share(r, header)
	for name := range header {
		header.Add(name, "added")
		header.Set(name, "set")
	}
	for name, values := range s.send(t, request("GET", "/healthz", "")).header {
		for _, value := range values {
			if value == "added" || value == "set" {
				t.Errorf("%s holds what another answer was given: %q", name, values)
			}
		}
	}
}

func TestHeaders_NoCacheKeepsAnAnswerBelowAuth(t *testing.T) {
	s := newStage(t, withOrigin)
	token := s.logIn(t)
	for raw, status := range map[string]int{
		form(good):                                         200,
		form("username=x&password=y"):                      401,
		form("username=x"):                                 422,
		refresh():                                          401,
		refresh("Bearer x"):                                401,
		refresh("Bearer " + token):                         200,
		request("GET", "/auth/token", ""):                  405,
		request("GET", "/auth/nothing", ""):                404,
		request("GET", "/%61uth/me/", ""):                  401,
		request("POST", "/auth/logout", "", fromElsewhere): 403,
		request("POST", "/auth/logout", "", "Authorization: Bearer x"): 401,
		request("PUT", "/auth/password", "{}", jsonType):               401,
		request("POST", "/auth/introspect", ""):                        401,
		request("POST", "/auth/revoke", ""):                            401,
	} {
		r := s.send(t, raw)
		if caching := r.header.Values("Cache-Control"); r.status != status || len(caching) != 1 || caching[0] != "no-store" {
			t.Errorf("%.50q: %d, Cache-Control %q, want %d and no-store", raw, r.status, caching, status)
		}
	}
	for _, target := range []string{"/healthz", "/auth", "/nowhere/auth/"} {
		if r := s.send(t, request("GET", target, "")); r.header.Get("Cache-Control") != "" {
			t.Errorf("%s: Cache-Control %q, want none", target, r.header.Get("Cache-Control"))
		}
	}
}
