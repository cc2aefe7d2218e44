package httpapi

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestCookie_IsReadOnlyUnderTheNameThatBelongsToTheRequest(t *testing.T) {
	s := newStage(t, withCookie)
	token := s.logIn(t)
	const missing, invalid = `{"detail":"Not authenticated"}`, `{"detail":"Could not validate credentials"}`
	for name, c := range map[string]struct{ host, cookies, want string }{
		"none":                      {"api.example", "", missing},
		"another":                   {"api.example", "vidaplus=" + token, missing},
		"empty":                     {"api.example", hostCookie + "=", missing},
		"no value":                  {"api.example", hostCookie, missing},
		"planted by a subdomain":    {"api.example", plainCookie + "=" + token, missing},
		"another letter case":       {"api.example", "__host-vidaplus_token=" + token, missing},
		"a prefix behind a blank":   {"api.example", "\u2003" + hostCookie + "=" + token, missing},
		"no token":                  {"api.example", hostCookie + "=a b", invalid},
		"no signed token":           {"api.example", hostCookie + "=a.b.c", invalid},
		"too long":                  {"api.example", hostCookie + "=" + strings.Repeat("a", 4097), invalid},
		"twice":                     {"api.example", hostCookie + "=" + token + "; " + hostCookie + "=" + token, invalid},
		"twice, planted, developer": {"localhost", plainCookie + "=" + token + "; " + plainCookie + "=x", invalid},
	} {
		r := s.send(t, atHost(c.host, request("POST", refreshPath, "", "Cookie: "+c.cookies)))
		if r.status != http.StatusUnauthorized || r.body != c.want {
			t.Errorf("%s: %d %s, want 401 %s", name, r.status, r.body, c.want)
		}
	}
	two := s.send(t, request("POST", refreshPath, "", hold(hostCookie, token), hold(hostCookie, token)))
	if two.status != http.StatusUnauthorized || two.body != invalid {
		t.Errorf("two header lines: %d %s, want 401", two.status, two.body)
	}
	for _, host := range []string{"api.example", "localhost"} {
		tokenOf(t, s.send(t, atHost(host, request("POST", refreshPath, "", hold(hostCookie, token)+"; "+plainCookie+"=x"))))
	}
}

// TestCookie_LetsItsClientInHoweverItComesBack pins that whoever brings the cookie that was set is let in, also where a new
// one would have another name, and gets the next one in its place.
func TestCookie_LetsItsClientInHoweverItComesBack(t *testing.T) {
	s := newStage(t, withOrigin)
	old := func(raw string) string { return strings.Replace(raw, "HTTP/1.1", "HTTP/1.0", 1) }
	ways := map[string]func(raw string) string{
		"as a developer":     func(raw string) string { return atHost("localhost:8000", raw) },
		"under an address":   func(raw string) string { return atHost("127.0.0.1:8000", raw) },
		"an allowed origin":  func(raw string) string { return atHost("localhost:8000\r\nOrigin: "+appPage, raw) },
		"an old protocol":    func(raw string) string { return old(atHost("localhost:8000", raw)) },
		"under another name": func(raw string) string { return atHost("auth:8000", raw) },
	}
	for first, in := range ways {
		r := s.send(t, in(form(good)))
		name, _, _ := strings.Cut(r.header.Get("Set-Cookie"), "=")
		for second, back := range ways {
			token, _ := cookieOf(t, r, name)
			if second == "under another name" && name == plainCookie {
				// No client sends a cookie to another host, and a planted one must not be taken.
				continue
			}
			if r = s.send(t, back(request("POST", refreshPath, "", hold(name, token)))); r.status != http.StatusOK {
				t.Fatalf("set for %s and brought back by %s: %d %s, want 200", first, second, r.status, r.body)
			}
			tokenOf(t, r)
		}
		token, _ := cookieOf(t, r, name)
		gone := s.send(t, ways["an allowed origin"](request("POST", "/auth/logout", "", hold(name, token))))
		checkTaken(t, first, gone, name, true)
	}
}

// A proxy on this machine that gives the request a Host of its own, and leaves no other trace, is told from a developer's
// client by the browser before it: there somebody may have planted what has no prefix.
func TestCookie_WithoutAPrefixIsNotTakenFromABrowserOnAnotherPage(t *testing.T) {
	s := newStage(t, withCookie)
	planted := hold(plainCookie, s.logIn(t))
	for _, protocol := range []string{"HTTP/1.0", "HTTP/1.1"} {
		send := func(path, body string, lines ...string) reply {
			lines = append(lines, "Origin: https://auth.example.com", "Sec-Fetch-Site: same-origin", planted)
			return s.send(t, strings.Replace(atHost("127.0.0.1:8000", request("POST", path, body, lines...)), "HTTP/1.1", protocol, 1))
		}
		if r := send(refreshPath, ""); r.status != http.StatusUnauthorized {
			t.Errorf("%s: what was planted is answered with %d, want 401", protocol, r.status)
		}
		cookieOf(t, send("/auth/token", good, formType), hostCookie)
	}
}

func TestCookie_ItsNameHasNoPrefixForADeveloperOnly(t *testing.T) {
	s := newStage(t, withCookie)
	for host, want := range map[string]string{
		"localhost": plainCookie, "localhost:8000": plainCookie, "LOCALHOST": plainCookie, "127.0.0.1:8000": plainCookie,
		"127.1.2.3": plainCookie, "[::1]": plainCookie, "[::1]:8000": plainCookie,
		"api.example": hostCookie, "localhost.example:80": hostCookie, "127.0.0.1.example": hostCookie, "10.0.0.1": hostCookie,
		"localhost.": hostCookie, "a.localhost": hostCookie, "[::ffff:127.0.0.1]": hostCookie, "0.0.0.0": hostCookie,
	} {
		cookieOf(t, s.send(t, atHost(host, form(good))), want)
	}
	for header, want := range map[string]string{
		"Accept: */*": plainCookie, "Origin: http://localhost:5173": plainCookie, "Origin: http://127.0.0.1": plainCookie,
		"Forwarded: for=1.2.3.4": hostCookie, "X-Forwarded-For: 127.0.0.1": hostCookie, "x-forwarded-proto: http": hostCookie,
		"X-Forwarded-Host: localhost": hostCookie, "X-Forwarded-Server: a": hostCookie, "X-Real-IP: 127.0.0.1": hostCookie,
		"Via: 1.1 a": hostCookie, "Via:": hostCookie,
		// What a proxy on this machine leaves of a browser's request that it gave a Host of its own.
		"Origin: https://localhost": hostCookie, "Origin: null": hostCookie,
	} {
		raw := request("POST", "/auth/token", good, formType, "Sec-Fetch-Site: same-origin", header)
		cookieOf(t, s.send(t, atHost("localhost:8000", raw)), want)
	}
	old := strings.Replace(atHost("127.0.0.1:8000", form(good)), "HTTP/1.1", "HTTP/1.0", 1)
	cookieOf(t, s.send(t, old), hostCookie)
}

func TestCookie_BehindATrustedProxyItsNameHasThePrefix(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) {
		s.Cookie, s.TrustedProxies = true, []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	cookieOf(t, s.send(t, atHost("localhost", form(good))), hostCookie)
}

func TestCookie_OverHTTPSItsNameHasThePrefix(t *testing.T) {
	s, client := newSecureStage(t, withCookie)
	url := fmt.Sprintf("https://%s/auth/token", s.server.Addr())
	response, err := client.Post(url, "application/x-www-form-urlencoded", strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if _, seconds := cookieOf(t, reply{status: response.StatusCode, header: response.Header}, hostCookie); seconds < 3590 {
		t.Errorf("the cookie lives %d s, want an hour", seconds)
	}
}
