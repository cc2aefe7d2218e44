package e2e

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	jwtlib "github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// Whoever gets somebody to log in with a token, a session's id or a cookie of his own must not get into what begins then.
func TestAttack_NoLoginGoesOnWithASessionThatSomebodyChose(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "TOKEN_COOKIE=on")
		s.AddUser(joao, mariasPassword)
		planted := s.login(joao, mariasPassword).token(t)
		id := sessionOf(t, planted)
		fields := "&sid=" + id + "&session_id=" + id + "&jti=1.AAAAAAAAAAAAAAAAAAAAAA&access_token=" + planted + "&sub=" + joao
		for _, header := range [][]string{
			{form, "Authorization: Bearer " + planted}, {form, "Cookie: " + plainCookie + "=" + planted}, {form, "Cookie: " + hostCookie + "=" + planted},
			{form, "Cookie: " + plainCookie + "=" + planted + "; " + plainCookie + "=x", "Sec-Fetch-Site: same-origin"},
			{form, "Cookie: " + plainCookie + "=" + planted, "Sec-Fetch-Site: same-origin", "Origin: https://auth.example.com"},
		} {
			got := s.call(http.MethodPost, "/auth/token?access_token="+planted+fields, "", marias+fields, header...)
			fresh := got.token(t)
			if sessionOf(t, fresh) == id || readJWT(t, fresh, secretKey).text(t, "sub") != maria {
				t.Errorf("with %q maria got a token of the session that was planted", header)
			}
			name := plainCookie
			if strings.Contains(strings.Join(header, " "), hostCookie) || slices.Contains(header, "Origin: https://auth.example.com") {
				name = hostCookie
			}
			if set := got.header.Get("Set-Cookie"); !strings.HasPrefix(set, name+"="+fresh+";") {
				t.Errorf("with %q the cookie is %q, want the new token in place of what was planted", header, set)
			}
		}
		if body := s.call(http.MethodGet, "/auth/me", planted, "").body; !strings.Contains(body, joao) {
			t.Errorf("whoever planted the token is now %s", body)
		}
	})
}

// Words about where a request came from or went to that a client may have made up have no effect but for a trusted proxy's
// address: no answer repeats a host, and no header stands in for method or path.
func TestAttack_NoHeaderChangesWhereARequestGoes(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "ISSUER="+issuer)
	token := s.loggedIn()
	foreign := []string{
		"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Original-URL: /auth/logout", "X-Rewrite-URL: /auth/logout",
		"X-Http-Method-Override: POST", "X-Http-Method: DELETE", "Forwarded: host=evil.example", "X-Forwarded-Prefix: //evil.example",
	}
	for _, path := range []string{
		"/auth/me", "/auth/logout", "/nowhere", "/docs", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json", "/openapi.json", "/readyz",
	} {
		lines := append([]string{"Authorization: Bearer " + token}, foreign...)
		raw := strings.Replace(rawRequest("GET "+path, "", lines...), "Host: auth.example", "Host: evil.example", 1)
		for _, raw := range []string{raw, strings.Replace(raw, "GET /", "GET http://evil.example/", 1)} {
			if answer := s.raw(raw); strings.Contains(strings.ToLower(answer), "evil.example") || strings.Contains(answer, "\nLocation:") || !strings.HasPrefix(answer, "HTTP/1.1 ") {
				t.Errorf("GET %s under another name is answered with %s", path, answer)
			}
		}
	}
	s.call(http.MethodGet, "/auth/me?_method=DELETE", token, "", foreign...)
	s.refreshed(token)
}

func TestAttack_NoTokenMakesTheServiceFetchAnything(t *testing.T) {
	t.Parallel()
	f := newThief(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var calls atomic.Int32
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			calls.Add(1)
			_ = conn.Close()
		}
	}()
	if conn, err := net.Dial("tcp", listener.Addr().String()); err != nil {
		t.Fatal(err)
	} else {
		_ = conn.Close()
	}
	program.Within(t, 10e9, "the listener counts", func() bool { return calls.Load() == 1 })
	at := "http://" + listener.Addr().String() + "/x"
	for algorithm, method := range methodsOf {
		for _, where := range []string{`"jku":"` + at + `"`, `"x5u":"` + at + `"`, `"kid":"` + at + `"`, `"jku":"` + at + `","kid":"` + f.ids[algorithm] + `"`} {
			token := f.signs(method, f.private[algorithm], `{"alg":"`+algorithm+`","typ":"JWT",`+where+`}`)
			f.call(http.MethodPost, "/auth/token/refresh_token", token, "")
			f.call(http.MethodPost, "/auth/introspect", "", "token="+token, form, basic(clientID, clientSecret))
		}
	}
	forged := f.signs(jwtlib.SigningMethodHS256, []byte(secretKey), `{"alg":"HS256","typ":"JWT","jku":"`+at+`"}`)
	f.call(http.MethodGet, "/auth/me", forged, "")
	if n := calls.Load(); n != 1 {
		t.Errorf("the service connected %d times to where a token pointed", n-1)
	}
}
