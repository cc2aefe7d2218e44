package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestRoutes_UnknownPathsAndWrongMethods(t *testing.T) {
	compare(t, newStage(t, nil), "routes.txt", []exchange{
		{"GET a POST route", request("GET", "/auth/token/", "")},
		{"GET without a slash", request("GET", "/auth/token", "")},
		{"HEAD a POST route", request("HEAD", "/auth/token/", "")},
		{"OPTIONS", request("OPTIONS", "/auth/token/", "")},
		{"preflight", request("OPTIONS", "/auth/token", "", "Origin: http://x", "Access-Control-Request-Method: POST")},
		{"PUT", request("PUT", "/auth/token/", "")},
		{"DELETE", request("DELETE", "/auth/token/", "")},
		{"a wrong method with a body", request("PUT", "/auth/token/", "x")},
		{"a method nobody knows", request("FOO", "/auth/token", "")},
		{"a method in lower case", request("post", "/auth/token", "")},
		{"the router's own word as method", request("echo_route_not_found", "/auth/token", "")},
		{"CONNECT", request("CONNECT", "/auth/token", "")},
		{"CONNECT to a host", request("CONNECT", "api.example:443", "")},
		{"TRACE", request("TRACE", "/auth/token", "")},
		{"GET the refresh", request("GET", "/auth/token/refresh_token", "")},
		{"HEAD the refresh", request("HEAD", "/auth/token/refresh_token/", "")},
		{"OPTIONS the refresh", request("OPTIONS", "/auth/token/refresh_token", "")},
		{"OPTIONS *", request("OPTIONS", "*", "")},
		{"root", request("GET", "/", "")},
		{"a part of a path", request("GET", "/auth", "")},
		{"a part of a path with a slash", request("POST", "/auth/", "")},
		{"unknown path", request("POST", "/auth/token/revoke", "")},
		{"unknown path, unknown method", request("FOO", "/nowhere", "")},
		{"unknown path, OPTIONS", request("OPTIONS", "/nowhere", "")},
		{"unknown path, HEAD", request("HEAD", "/nowhere", "")},
		{"dots", request("GET", "/auth/../healthz", "")},
		{"colon and star", request("GET", "/:x/*", "")},
		{"health", request("GET", "/healthz", "")},
		{"health with a slash", request("GET", "/healthz/", "")},
		{"HEAD health", request("HEAD", "/healthz", "")},
		{"POST health", request("POST", "/healthz", "")},
		{"OPTIONS health", request("OPTIONS", "/healthz", "")},
		{"ready", request("GET", "/readyz", "")},
		{"ready with a slash", request("GET", "/readyz/", "")},
		{"HEAD ready", request("HEAD", "/readyz", "")},
		{"HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n"},
	})
}

// RFC 3986 §6.2.2.2: an escape of what needs none is another spelling of the same path. §2.2: an escaped slash is none.
func TestRoutes_AnEscapedPathIsTheSamePath(t *testing.T) {
	s := newStage(t, nil)
	for target, status := range map[string]int{
		"/auth/%74oken": 200, "/%61uth/toke%6E/": 200, "/auth/token%2F": 404, "/auth%2ftoken": 404, "/auth/%74oken%2F": 404,
		"/auth/token%3F": 404, "/auth/%2e%2e/auth/token": 404, "/auth/%2574oken": 404,
	} {
		if r := s.send(t, request("POST", target, good, formType)); r.status != status {
			t.Errorf("%s: %d %s, want %d", target, r.status, r.body, status)
		}
	}
	token := s.logIn(t)
	own := s.listed(t, token)[0].ID
	for id, status := range map[string]int{"a%2Fb": 404, "%2F": 404, "..%2f" + own: 404, own + "%2F": 404} {
		r := s.send(t, request("DELETE", "/auth/sessions/"+id, "", asBearer(token)))
		if r.status != status || r.body != `{"detail":"Not Found"}` {
			t.Errorf("DELETE %s: %d %s, want %d", id, r.status, r.body, status)
		}
	}
	escaped := fmt.Sprintf("%%%02x%s", own[0], own[1:])
	if r := s.send(t, request("DELETE", "/auth/sessions/"+escaped, "", asBearer(token))); r.status != http.StatusNoContent {
		t.Errorf("DELETE %s: %d %s, want 204", escaped, r.status, r.body)
	}
	for _, line := range s.requestLines() {
		if route, _ := line.ContextMap()["route"].(string); strings.Contains(route, "%") {
			t.Errorf("the log has the route %q, want it as it is registered", route)
		}
	}
}

func TestRoutes_EveryAnswerHasARequestID(t *testing.T) {
	s := newStage(t, nil)
	longest := strings.Repeat("a", 64)
	for name, c := range map[string]struct {
		incoming string
		kept     bool
	}{
		"good":        {"abc.DEF_1-2", true},
		"longest":     {longest, true},
		"too long":    {longest + "a", false},
		"empty":       {"", false},
		"with space":  {"a b", false},
		"with quotes": {`a"b`, false},
		"non-ASCII":   {"é", false},
		"injection":   {"a%0d%0aSet-Cookie:x", false},
	} {
		for _, target := range []string{"/healthz", "/nowhere", "/auth/token"} {
			r := s.send(t, request("GET", target, "", "X-Request-ID: "+c.incoming))
			id := r.header.Get("X-Request-ID")
			if !goodRequestID(id) || (id == c.incoming) != c.kept {
				t.Errorf("%s, %s: the id is %q, want the incoming one kept: %t", name, target, id, c.kept)
			}
		}
	}
}

func TestRoutes_RequestIDsDiffer(t *testing.T) {
	s := newStage(t, nil)
	a, b := s.send(t, request("GET", "/healthz", "")), s.send(t, request("GET", "/healthz", ""))
	if a.header.Get("X-Request-ID") == b.header.Get("X-Request-ID") {
		t.Error("two requests have the same id")
	}
}

func TestRoutes_ALineFeedInAHeaderCannotBecomeAHeader(t *testing.T) {
	s := newStage(t, nil)
	for name, raw := range map[string]string{
		"bare line feed in a request id": "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-ID: a\nX-Evil: 1\r\n\r\n",
		"carriage return":                "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Request-ID: a\rX-Evil: 1\r\n\r\n",
		"in the path":                    "GET /healthz%0d%0aX-Evil:1 HTTP/1.1\r\nHost: x\r\n\r\n",
		"in the name of a proxy's user":  "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4%0aX-Evil: 1\r\n\r\n",
	} {
		if r := s.send(t, raw); r.header.Get("X-Evil") != "" || strings.Contains(r.body, "Evil") {
			t.Errorf("%s: came back: %v %s", name, r.header, r.body)
		}
	}
}

// TestRoutes_WhatIsNoRequestIsRefusedBeforeTheAPISeesIt pins what README says of the answers that are the standard library's.
func TestRoutes_WhatIsNoRequestIsRefusedBeforeTheAPISeesIt(t *testing.T) {
	s := newStage(t, nil)
	for raw, status := range map[string]int{
		request("GET", "/%zz", ""):                                           400,
		atHost("a b", request("GET", "/healthz", "")):                        400,
		"GET /healthz HTTP/1.1\r\n\r\n":                                      400,
		request("GET", "/healthz", "", "Expect: cheese"):                     417,
		request("GET", "/healthz", "", "X-A: "+strings.Repeat("a", 110<<10)): 431,
		request("POST", "/auth/token", "", "Transfer-Encoding: cheese"):      501,
		"GET /healthz HTTP/3.0\r\nHost: x\r\n\r\n":                           505,
	} {
		r := s.send(t, raw)
		if r.status != status || r.header.Get("X-Request-ID") != "" || strings.Contains(r.body, "detail") || !r.closes {
			t.Errorf("%.60q: %d %v %s, want a bare %d and the connection closed", raw, r.status, r.header, r.body, status)
		}
	}
	if lines := s.requestLines(); len(lines) > 0 {
		t.Errorf("the API saw %v", lines)
	}
}

func TestRoutes_TooLargeAHeaderIs431(t *testing.T) {
	s := newStage(t, nil)
	for name, raw := range map[string]string{
		"one header":   request("GET", "/healthz", "", "X-A: "+strings.Repeat("a", 110<<10)),
		"many headers": request("GET", "/healthz", "", strings.Repeat("X-A: aaaaaaaaaaaaaaaaaaaaa\r\n", 5<<10)+"X-B: b"),
		"path":         request("GET", "/"+strings.Repeat("a", 110<<10), ""),
	} {
		if r := s.send(t, raw); r.status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s: %d, want 431", name, r.status)
		}
	}
}
