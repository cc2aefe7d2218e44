package httpapi

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzAPI sends a request of any bytes to the whole surface: it is answered whole, with nothing that a client wrote in a
// header, and never by a fault of the service.
func FuzzAPI(f *testing.F) {
	for _, seed := range []string{
		form(good), refresh("Bearer a.b.c"), request("GET", "/auth/me/", "", "Authorization: Bearer x"), multipartForm(part("username", maria) + "--XX--\n"),
		request("PUT", "/auth/password", `{"current_password":"a","new_password":"b"}`, asBearer("a.b.c"), jsonType),
		request("POST", "/auth/logout?scope=global", "", hold(hostCookie, "a.b.c"), "Sec-Fetch-Site: same-origin"),
		request("DELETE", "/auth/sessions/x%2Fy", "", asBearer("a.b.c")), introspect("token=a.b.c", asClient),
		request("POST", "/auth/revoke/", "token=x&token_type_hint=y", asClient, formType), request("GET", "/docs/../x", ""),
		request("OPTIONS", "/auth/token", "", "Origin: https://app.example", "Access-Control-Request-Method: POST"),
		request("HEAD", "/metrics", "", "X-Forwarded-For: 1.2.3.4, \t10.0.0.1", "X-Request-ID: a b"), "GET /readyz HTTP/1.0\r\n\r\n",
		"POST /auth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nusern\r\n0\r\n\r\n",
	} {
		f.Add(seed)
	}
	api := fuzzedAPI(f)
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return
		}
		r.RemoteAddr = "10.0.0.1:4711"
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError || w.Code < http.StatusOK || w.Code == http.StatusFound {
			t.Errorf("%q is answered with %d %s", raw, w.Code, w.Body)
		}
		checkAnswer(t, r, w.Result(), w.Body.Bytes())
	})
}

// fuzzedAPI has everything on that an operator can turn on.
func fuzzedAPI(f *testing.F) *API {
	f.Helper()
	s := unstarted()
	s.meter = metrics.NewMeter(metrics.Build{})
	settings := DefaultSettings()
	settings.Cookie, settings.Origins, settings.Issuer = true, []string{"https://app.example"}, "https://auth.example"
	settings.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	return s.api(f, zap.NewNop(), settings)
}

func checkAnswer(t *testing.T, r *http.Request, answer *http.Response, body []byte) {
	t.Helper()
	if r.Method != http.MethodHead && len(body) > 0 && answer.Header.Get("Content-Type") == "application/json" && !json.Valid(body) {
		t.Errorf("the body is %q, want JSON", body)
	}
	if !goodRequestID(answer.Header.Get("X-Request-ID")) || answer.Header.Get("Location") != "" {
		t.Errorf("the headers are %v, want a request id and no redirect", answer.Header)
	}
	for name, values := range answer.Header {
		if strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") {
			t.Errorf("the header %q is %q", name, values)
		}
	}
}

// FuzzClientAddress finds a client's address behind a proxy: it is that of the connection, or one that is written in
// the header and no proxy's.
func FuzzClientAddress(f *testing.F) {
	for _, seed := range [][2]string{
		{"10.0.0.1:1", "1.2.3.4"}, {"10.0.0.1:1", "6.6.6.6, 1.2.3.4 ,10.0.0.9"}, {"[fd00::5]:1", "[2001:db8::1]:80"}, {"10.0.0.1:1", ",,"},
		{"8.8.8.8:1", "1.2.3.4"}, {"10.0.0.1:1", "::ffff:10.0.0.2, fe80::1%eth0"}, {"10.0.0.1:1", "<script>"}, {"10.0.0.1:1", "::01"},
		{"10.0.0.1:1", "9.9.9.9:1234"}, {"10.0.0.1:1", "1.2.3.4:80, [fd00::9]:443 "}, {"10.0.0.1:1", "10.0.0.2:1"}, {"10.0.0.1:1", "1.2.3.4:"},
	} {
		f.Add(seed[0], seed[1])
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/64")}
	find, direct := clientAddress(proxies), clientAddress(nil)
	trusted := func(text string) bool {
		addr, err := netip.ParseAddr(text)
		return err == nil && slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) })
	}
	f.Fuzz(func(t *testing.T, peer, forwarded string) {
		if from, err := netip.ParseAddrPort(peer); err != nil || from.String() != peer {
			t.Skip("no connection comes from there")
		}
		r := &http.Request{RemoteAddr: peer, Header: http.Header{"X-Forwarded-For": {forwarded}}}
		got, own := find(r), direct(r)
		if got == own {
			return
		}
		if !trusted(own) {
			t.Errorf("from %q, which is no proxy, the header %q is believed: %q", peer, forwarded, got)
		}
		written := slices.ContainsFunc(strings.Split(forwarded, ","), func(text string) bool {
			ip := writtenAddress(text)
			return ip != nil && ip.Equal(net.ParseIP(got))
		})
		if !written || trusted(got) && !allTrusted(forwarded, trusted) {
			t.Errorf("from %q the header %q gives %q", peer, forwarded, got)
		}
	})
}

// allTrusted reports whether nobody but proxies is in a header.
func allTrusted(forwarded string, trusted func(string) bool) bool {
	for text := range strings.SplitSeq(forwarded, ",") {
		if ip := writtenAddress(text); ip == nil || !trusted(ip.String()) {
			return false
		}
	}
	return true
}

// writtenAddress returns the address of one hop, which may be in brackets or have a port, or nil.
func writtenAddress(text string) net.IP {
	text = strings.TrimSpace(text)
	if host, port, err := net.SplitHostPort(text); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err == nil && strings.HasPrefix(text, "[") == strings.Contains(host, ":") {
			text = host
		}
	}
	return net.ParseIP(strings.Trim(text, " \t[]"))
}

// FuzzClientCredentials reads HTTP Basic: nobody is a client but who has the id and the secret, as they are or as in a form.
func FuzzClientCredentials(f *testing.F) {
	for _, seed := range []string{
		"", "Basic", "Basic " + base64.StdEncoding.EncodeToString([]byte("records:"+clientSecret)), "basic cmVjb3Jkczo=", "Basic ====", "Bearer x",
		"Basic " + base64.StdEncoding.EncodeToString([]byte("records:s3cret%252B%2B+%C3%A9")), "Basic " + base64.StdEncoding.EncodeToString([]byte(":")),
	} {
		f.Add(seed)
	}
	a := fuzzedAPI(f)
	f.Fuzz(func(t *testing.T, value string) {
		r := &http.Request{Header: http.Header{"Authorization": {value}}, RemoteAddr: "192.0.2.7:1"}
		if a.authenticateClient(a.echo.NewContext(r, nil)) != nil {
			return
		}
		_, encoded, _ := strings.Cut(value, " ")
		text, err := base64.StdEncoding.DecodeString(encoded)
		id, secret, _ := strings.Cut(string(text), ":")
		plain := id == "records" && secret == clientSecret
		if err != nil || !plain && (unescape(id) != "records" || unescape(secret) != clientSecret) {
			t.Errorf("%q is a client", value)
		}
	})
}

// FuzzCookie reads the header of a browser: a token is taken only if it stands there once and is well-formed.
func FuzzCookie(f *testing.F) {
	for _, seed := range []string{
		"", hostCookie + "=a.b.c", hostCookie + "=a; " + hostCookie + "=b", hostCookie + `="a.b.c"`, "x=y;" + hostCookie + "=", plainCookie + "=a.b.c",
		hostCookie + "=a b", hostCookie + "=é", hostCookie + " =a", "\u2000" + hostCookie + "=a", "$Version=1, " + hostCookie + "=a", hostCookie + "=0;" + hostCookie + `="`, hostCookie + "=0;" + hostCookie + `=0"`, strings.ToLower(hostCookie) + "=a", ";;=;" + hostCookie,
	} {
		f.Add(seed)
	}
	a := &API{settings: Settings{Cookie: true, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	f.Fuzz(func(t *testing.T, value string) {
		// No header holds a line's end.
		if strings.ContainsAny(value, "\r\n") {
			return
		}
		token, err := a.cookieToken(&http.Request{Header: http.Header{"Cookie": {value}}})
		// What is planted and no cookie at all, the standard library passes over: the browser's own is then the only one.
		var given []string
		for pair := range strings.SplitSeq(value, ";") {
			// Browsers cut spaces and tabs off a name too, so that the rules of its prefix hold; no other white space.
			if name, text, _ := strings.Cut(pair, "="); strings.Trim(name, " \t\r\n") == hostCookie {
				text = strings.Trim(text, " \t\r\n")
				if inner, quoted := strings.CutPrefix(text, `"`); quoted && strings.HasSuffix(inner, `"`) {
					text = strings.TrimSuffix(inner, `"`)
				}
				if domain.WellFormed(text) {
					given = append(given, text)
				}
			}
		}
		switch {
		case err == nil && (!domain.WellFormed(token) || !slices.Equal(given, []string{token})):
			t.Errorf("%q gave %q, want a token that stands there once", value, token)
		case err != nil && (token != "" || !errors.Is(err, errNotAuthenticated) && !errors.Is(err, domain.ErrTokenInvalid)):
			t.Errorf("%q gave %q and %v", value, token, err)
		}
	})
}

// FuzzLogoutScope reads a query: what is not one of the three words is never taken for one.
func FuzzLogoutScope(f *testing.F) {
	for _, seed := range []string{"", "scope=global", "scope=local&scope=global", "%73cope=others", "scope", "a=b&scope=GLOBAL", "scope=%00", ";scope=global"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		scope, err := logoutScope(query)
		given := values(query, "scope")
		switch {
		case err != nil:
			checkErrorIsJSON(t, err)
		case len(given) == 0 && scope != "local", len(given) == 1 && string(scope) != given[0], len(given) > 1:
			t.Errorf("%q is the scope %q", query, scope)
		}
	})
}

// FuzzMultipart_Type reads a form under any content type.
func FuzzMultipart_Type(f *testing.F) {
	for _, seed := range []string{
		"multipart/form-data; boundary=XX", `multipart/form-data; boundary="XX"`, "multipart/form-data; boundary*=utf-8''XX", "multipart/form-data; boundary=X X",
		"multipart/form-data; boundary=" + strings.Repeat("b", 200), "multipart/form-data; boundary=XX; boundary=YY", "multipart/form-data;", "a/b; charset",
	} {
		f.Add(seed, part("username", maria)+part("password", password)+"--XX--\n")
	}
	f.Fuzz(func(t *testing.T, contentType, body string) {
		form, err := parseMultipart(contentType, []byte(strings.ReplaceAll(body, "\n", "\r\n")))
		if err != nil && !errors.Is(err, errBadBody) && !errors.Is(err, errNoBoundary) {
			t.Errorf("%q, %q: %v", contentType, body, err)
		}
		if n := len(form.password.text) + len(form.username.text); n > 2*len(body) {
			t.Errorf("%q, %q gave %d bytes", contentType, body, n)
		}
	})
}

// FuzzAppendJSON writes any text as JSON: every reader reads it back, with what is no UTF-8 replaced.
func FuzzAppendJSON(f *testing.F) {
	for _, seed := range []string{"", `"\`, "\x00\x1f\x7f", "\u2028<>&", "\xff", "😀", "\xed\xa0\x80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		written := appendJSON(nil, text)
		var read string
		// A range over a string gives U+FFFD for each byte that is no UTF-8.
		if err := json.Unmarshal(written, &read); err != nil || read != string([]rune(text)) {
			t.Errorf("%q is written as %s and read as %q, %v", text, written, read, err)
		}
		if !utf8.Valid(written) || bytes.ContainsFunc(written, func(r rune) bool { return r < ' ' }) {
			t.Errorf("%q is written as %q", text, written)
		}
	})
}
