package e2e

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	plainCookie = "vidaplus_token"
	hostCookie  = "__Host-vidaplus_token"
)

// tab is a browser that keeps cookies, with a page of the service's own origin open.
type tab struct {
	*service
	http.Client
}

func openTab(s *service, transport http.RoundTripper) *tab {
	s.T.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.T.Fatal(err)
	}
	return &tab{s, http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second}}
}

// sends sends a request as the page does, which never sees the token, and returns the answer and the cookie it sets.
func (b *tab) sends(method, path, body string, header ...string) (answer, *http.Cookie) {
	b.T.Helper()
	request, err := http.NewRequest(method, b.URL+path, strings.NewReader(body))
	if err != nil {
		b.T.Fatal(err)
	}
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		request.Header.Set(name, value)
	}
	got, err := sendBy(&b.Client, request)
	if err != nil {
		b.T.Fatal(err)
	}
	cookies := (&http.Response{Header: got.header}).Cookies()
	switch len(cookies) {
	case 0:
		return got, nil
	case 1:
		return got, cookies[0]
	default:
		b.T.Fatalf("%s sets the cookies %v", path, cookies)
		return got, nil
	}
}

// holds returns the value of the cookie that the browser has for the service, or "".
func (b *tab) holds(name string) string {
	b.T.Helper()
	at, err := url.Parse(b.URL + "/anywhere")
	if err != nil {
		b.T.Fatal(err)
	}
	for _, cookie := range b.Jar.Cookies(at) {
		if cookie.Name == name {
			return cookie.Value
		}
		b.T.Errorf("the browser has a cookie %s", cookie.Name)
	}
	return ""
}

// isSet checks a cookie that hands out the token of an answer for at most that long.
func isSet(t *testing.T, got answer, cookie *http.Cookie, name string, life time.Duration) {
	t.Helper()
	if cookie == nil || cookie.Value != got.token(t) {
		t.Fatalf("the cookie is %v, the answer %s", cookie, got.body)
	}
	at, left := *cookie, time.Duration(cookie.MaxAge)*time.Second
	if at.Name != name || at.Path != "/" || at.Domain != "" || !at.HttpOnly || at.Secure != (name == hostCookie) ||
		at.SameSite != http.SameSiteStrictMode || !at.Expires.IsZero() || left > life || left < life-10*time.Second {
		t.Errorf("the cookie is set with %s", at.Raw)
	}
}
