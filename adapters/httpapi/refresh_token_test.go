package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

func TestRefreshToken_AnswersAsTheOriginalDid(t *testing.T) {
	s := newStage(t, nil)
	// Within the grace one token may be presented any number of times.
	token := s.logIn(t)
	head, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	ok := "Authorization: Bearer " + token
	post := func(target, body string, headers ...string) string { return request("POST", target, body, headers...) }
	compare(t, s, "refresh_token.txt", []exchange{
		{"good", refresh("Bearer " + token)},
		{"with a slash", post("/auth/token/refresh_token/", "", ok)},
		{"escaped slash", post("/auth/token%2Frefresh_token", "", ok)},
		{"escaped letter", post("/auth/token/refresh%5Ftoken", "", ok)},
		{"two slashes", post("/auth/token//refresh_token", "", ok)},
		{"with a body", post("/auth/token/refresh_token", "{}", ok)},
		{"with a broken body", post("/auth/token/refresh_token", "{", ok, "Content-Type: application/json")},
		{"with a broken multipart body", post("/auth/token/refresh_token", "{", ok, "Content-Type: multipart/form-data")},
		{"no Authorization", refresh()},
		{"empty Authorization", refresh("")},
		{"scheme only", refresh("Bearer")},
		{"scheme and a space", refresh("Bearer ")},
		{"Basic", refresh("Basic bWFyaWE6eA==")},
		{"scheme Token", refresh("Token " + token)},
		{"no scheme", refresh(token)},
		{"bearer", refresh("bearer " + token)},
		{"BEARER", refresh("BEARER " + token)},
		{"two spaces", refresh("Bearer  " + token)},
		{"tab", refresh("Bearer\t" + token)},
		{"space and tab", refresh("Bearer \t" + token)},
		// RFC 9110 §5.5: a space at the end is no part of the value. The original took it for one.
		{"a space at the end", refresh("Bearer " + token + " ")},
		{"an extra word", refresh("Bearer " + token + " x")},
		{"a comma", refresh("Bearer " + token + ",")},
		{"two headers, good first", refresh("Bearer "+token, "Bearer x")},
		{"two headers, bad first", refresh("Bearer x", "Bearer "+token)},
		{"two headers, another scheme first", refresh("Basic x", "Bearer "+token)},
		{"in the query", post("/auth/token/refresh_token?access_token="+token, "")},
		{"in a form", post("/auth/token/refresh_token", "access_token="+token, formType)},
		{"in a cookie", post("/auth/token/refresh_token", "", "Cookie: access_token="+token)},
		{"abc", refresh("Bearer abc")},
		{"a.b.c", refresh("Bearer a.b.c")},
		{"two dots", refresh("Bearer ..")},
		{"four segments", refresh("Bearer " + token + ".x")},
		{"two segments", refresh("Bearer " + head + "." + payload)},
		{"Latin-1", refresh("Bearer \xe9")},
		{"no signature", refresh("Bearer " + head + "." + payload + ".")},
		{"padded signature", refresh("Bearer " + head + "." + payload + "." + signature + "=")},
		{"folded header", refresh("Bearer\r\n " + token)},
		{"20 KiB", refresh("Bearer " + strings.Repeat("a", 20<<10))},
		{"70 KiB", refresh("Bearer " + strings.Repeat("a", 70<<10))},
	})
}

func TestRefreshToken_ABodyIsNeverReadAndNeverTakenForARequest(t *testing.T) {
	s := newStage(t, nil)
	smuggled := request("GET", "/healthz", "")
	r := s.send(t, request("POST", "/auth/token/refresh_token", smuggled, "Authorization: Bearer "+s.logIn(t)))
	if r.status != http.StatusOK || r.header.Get("Content-Type") != "application/json" {
		t.Fatalf("refresh with a body: %d %s", r.status, r.body)
	}
	for _, line := range s.requestLines() {
		if line.ContextMap()["route"] == "/healthz" {
			t.Error("the body was served as a request")
		}
	}
}

func TestRefreshToken_RotatesAndRefusesAsTheUseCaseSays(t *testing.T) {
	s := newStage(t, nil)
	first := s.logIn(t)
	r := s.send(t, refresh("Bearer "+first))
	second := tokenOf(t, r)
	if second == first {
		t.Error("the refresh returned the same token, want a new one")
	}
	third := tokenOf(t, s.send(t, refresh("Bearer "+second)))
	if r := s.send(t, refresh("Bearer "+first)); r.status != http.StatusUnauthorized {
		t.Errorf("a reused token: %d, want 401", r.status)
	}
	r = s.send(t, refresh("Bearer "+third))
	if r.status != http.StatusUnauthorized || r.header.Get("WWW-Authenticate") != challengeInvalid {
		t.Errorf("after a reuse: %d %v, want 401 with a challenge", r.status, r.header)
	}
}

func tokenOf(t *testing.T, r reply) string {
	t.Helper()
	token, ok := strings.CutPrefix(r.body, `{"access_token":"`)
	if r.status != http.StatusOK || !ok {
		t.Fatalf("%d %s, want a token", r.status, r.body)
	}
	return strings.TrimSuffix(token, `","token_type":"bearer"}`)
}
