package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func TestOpenAPI_WithoutItsStoreWhateverNeedsItSaysSo(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	s := withUser(t, server.URL(), "INTROSPECTION_CLIENTS="+clientID+":"+clientSecret)
	token := s.loggedIn()
	server.Stop(true)
	s.eachWith(http.StatusServiceUnavailable, token, func(r *http.Request) {
		if r.Header.Get("Content-Type") == "application/x-www-form-urlencoded" && !strings.HasSuffix(r.URL.Path, "/token") {
			setBody(r, "token="+token)
		}
	})
}

func TestOpenAPI_WithoutCredentialsWhateverNeedsThemSaysSo(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "INTROSPECTION_CLIENTS="+clientID+":"+clientSecret)
	s.eachWith(http.StatusUnauthorized, "", func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/auth/token") {
			setBody(r, "username="+maria+"&password=wrong")
		}
	})
}

func TestOpenAPI_WithTheCookieARequestFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "TOKEN_COOKIE=on")
	s.eachWith(http.StatusForbidden, "", func(r *http.Request) {
		r.Header.Set("Origin", "https://elsewhere.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	})
}

func TestOpenAPI_ABodyThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "INTROSPECTION_CLIENTS="+clientID+":"+clientSecret)
	s.eachWith(http.StatusRequestEntityTooLarge, s.loggedIn(), func(r *http.Request) {
		setBody(r, strings.Repeat("a", 1<<20))
	})
}

func TestOpenAPI_ABodyThatDoesNotComeIsNotWaitedForLong(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "INTROSPECTION_CLIENTS="+clientID+":"+clientSecret)
	token := s.loggedIn()
	s.each(http.StatusRequestTimeout, func(t *testing.T, o operation) *http.Response {
		t.Parallel()
		return s.halfSent(t, o, token, "Content-Length: 100\r\n\r\n")
	})
}

func TestOpenAPI_ABodyThatBreaksOffIsRefused(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "INTROSPECTION_CLIENTS="+clientID+":"+clientSecret)
	token := s.loggedIn()
	s.each(http.StatusBadRequest, func(t *testing.T, o operation) *http.Response {
		return s.halfSent(t, o, token, "Transfer-Encoding: chunked\r\n\r\nno number\r\n")
	})
}

func TestOpenAPI_WhatTheClientHasIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite::memory:")
	s.eachWith(http.StatusNotModified, "", func(r *http.Request) { r.Header.Set("If-None-Match", "*") })
}

func TestOpenAPI_WithAnIssuerTheMetadataNameWhatIsDocumented(t *testing.T) {
	t.Parallel()
	d, err := published()
	if err != nil {
		t.Fatal(err)
	}
	const issuer = "https://auth.example"
	s := start(t, "sqlite::memory:", "ISSUER="+issuer)
	request, err := http.NewRequest(http.MethodGet, s.URL+"/.well-known/oauth-authorization-server", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := send(request)
	if err != nil {
		t.Fatal(err)
	}
	var metadata map[string]any
	if err := json.Unmarshal([]byte(got.body), &metadata); err != nil || metadata["issuer"] != issuer {
		t.Fatalf("the metadata are %d %s", got.status, got.body)
	}
	for name, value := range metadata {
		if address, is := value.(string); is && name != "issuer" && d.path(strings.TrimPrefix(address, issuer)) == "" {
			t.Errorf("%s is %s, which is not documented", name, address)
		}
	}
}

func TestOpenAPI_OfAPageOnlyItsFilesAreServed(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite::memory:")
	for _, path := range []string{"/docs/index.html", "/docs/openapi.yaml", "/docs/.."} {
		(exchange{name: path, method: "GET", path: path, status: 404, answer: detail("Not Found")}).play(t, s.URL)
	}
}
