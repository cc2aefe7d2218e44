package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// exchange is a request, in a few words, and what has to come back for it.
type exchange struct {
	name   string
	method string
	path   string
	// header has a line for each field.
	header []string
	body   string

	status int
	// answer is the whole body, to the byte. "grant" stands for a token.
	answer string
	// carries lists header fields of the answer with their values.
	carries []string
}

const (
	grant = "grant"
	form  = "Content-Type: application/x-www-form-urlencoded"

	marias = "username=maria%40example.com&password=correct+horse+battery"

	missingUsername = `{"type":"missing","loc":["body","username"],"msg":"Field required","input":null}`
	missingPassword = `{"type":"missing","loc":["body","password"],"msg":"Field required","input":null}`
	missingBoth     = `{"detail":[` + missingUsername + `,` + missingPassword + `]}`

	challenge      = "WWW-Authenticate: Bearer"
	challengeToken = `WWW-Authenticate: Bearer error="invalid_token"`
)

func detail(text string) string { return `{"detail":"` + text + `"}` }

func wrongGrant(input, more string) string {
	return `{"detail":[{"type":"string_pattern_mismatch","loc":["body","grant_type"],"msg":"String should match pattern ` +
		`'^password$'","input":"` + input + `","ctx":{"pattern":"^password$"}}` + more + `]}`
}

// play sends the requests one after the other and checks every answer.
func (s *service) play(exchanges []exchange) {
	for _, e := range exchanges {
		s.T.Run(e.name, func(t *testing.T) { e.play(t, s.URL) })
	}
}

func (e exchange) play(t *testing.T, url string) {
	request, err := http.NewRequest(e.method, url+e.path, strings.NewReader(e.body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range e.header {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Add(name, value)
	}
	got, err := send(request)
	if err != nil {
		t.Fatal(err)
	}
	if e.answer == grant {
		granted(t, got.body)
	} else if got.body != e.answer {
		t.Errorf("the body is\n%s\nwant\n%s", got.body, e.answer)
	}
	if got.status != e.status {
		t.Errorf("the status is %d, want %d", got.status, e.status)
	}
	e.checkHeader(t, got)
}

var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

func (e exchange) checkHeader(t *testing.T, got answer) {
	t.Helper()
	want := append([]string{"Content-Type: application/json"}, e.carries...)
	if e.answer == grant {
		want = append(want, "Cache-Control: no-store")
	}
	for _, line := range want {
		name, value, _ := strings.Cut(line, ": ")
		if have := got.header.Values(name); len(have) != 1 || have[0] != value {
			t.Errorf("%s is %q, want %q", name, have, value)
		}
	}
	if ids := got.header.Values("X-Request-ID"); len(ids) != 1 || !requestID.MatchString(ids[0]) {
		t.Errorf("X-Request-ID is %q", ids)
	}
	for _, name := range []string{"Location", "Server", "Set-Cookie", "Access-Control-Allow-Origin"} {
		if have := got.header.Values(name); have != nil {
			t.Errorf("%s is %q, want none", name, have)
		}
	}
	if e.status != http.StatusUnauthorized && got.header.Get("WWW-Authenticate") != "" {
		t.Errorf("there is a challenge with %d", e.status)
	}
}

func TestHTTP_PathsAndMethods(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	var all []exchange
	for _, path := range []string{"/auth/token", "/auth/token/refresh_token"} {
		for _, slash := range []string{"", "/"} {
			for _, method := range []string{"GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
				all = append(all, exchange{method + path + slash, method, path + slash, nil, "",
					405, detail("Method Not Allowed"), []string{"Allow: POST"}})
			}
			all = append(all, exchange{"HEAD" + path + slash, "HEAD", path + slash, nil, "", 405, "", []string{"Allow: POST"}})
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		for _, slash := range []string{"", "/"} {
			all = append(all,
				exchange{"GET" + path + slash, "GET", path + slash, nil, "", 200, `{"status":"ok"}`, nil},
				exchange{"HEAD" + path + slash, "HEAD", path + slash, nil, "", 200, "", nil},
				exchange{"POST" + path + slash, "POST", path + slash, nil, "",
					405, detail("Method Not Allowed"), []string{"Allow: GET, HEAD"}},
				exchange{"OPTIONS" + path + slash, "OPTIONS", path + slash, nil, "",
					405, detail("Method Not Allowed"), []string{"Allow: GET, HEAD"}})
		}
	}
	for _, path := range []string{
		"/", "/auth", "/auth/", "/auth/token//", "//auth/token", "/AUTH/TOKEN/", "/auth/token/revoke", "/auth/token%2Frefresh_token",
		"/auth/../healthz", "/favicon.ico",
	} {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			all = append(all, exchange{method + " " + path, method, path, []string{form}, marias, 404, detail("Not Found"), nil})
		}
	}
	s.play(all)
}
