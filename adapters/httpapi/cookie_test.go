package httpapi

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// withCookie turns the cookie on.
func withCookie(_ *stage, s *Settings) { s.Cookie = true }

// hold spells the header of a browser that has a token in the cookie of this name.
func hold(name, token string) string { return "Cookie: theme=dark; " + name + "=" + token }

// atHost gives a request another Host.
func atHost(host, raw string) string {
	return strings.Replace(raw, "Host: api.example", "Host: "+host, 1)
}

const refreshPath = "/auth/token/refresh_token"

// cookieOf checks the one cookie that an answer sets, and returns its value and how many seconds it lives.
func cookieOf(t *testing.T, r reply, name string) (token string, seconds int) {
	t.Helper()
	set := r.header["Set-Cookie"]
	secure := ""
	if name == hostCookie {
		secure = " Secure;"
	}
	form := regexp.MustCompile("^" + name + `=([\w.-]*); Path=/; Max-Age=(\d+); HttpOnly;` + secure + " SameSite=Strict$")
	if len(set) != 1 || !form.MatchString(set[0]) {
		t.Fatalf("%d, Set-Cookie %q, want one cookie like %s", r.status, set, form)
	}
	match := form.FindStringSubmatch(set[0])
	seconds, err := strconv.Atoi(match[2])
	if err != nil {
		t.Fatal(err)
	}
	return match[1], seconds
}

func TestCookie_LoginAndRefreshSetItBesideTheSameBody(t *testing.T) {
	s := newStage(t, withCookie)
	r := s.send(t, form(good))
	token, seconds := cookieOf(t, r, hostCookie)
	if token != tokenOf(t, r) || seconds < 3590 || seconds > 3600 {
		t.Errorf("log-in: the cookie holds %s for %d s, want the token of %s for its hour", token, seconds, r.body)
	}
	r = s.send(t, request("POST", refreshPath, "", hold(hostCookie, token)))
	second, _ := cookieOf(t, r, hostCookie)
	if second != tokenOf(t, r) || second == token {
		t.Errorf("refresh: the cookie holds %s, want the new token of %s", second, r.body)
	}
	r = s.send(t, refresh("Bearer "+second))
	if third, _ := cookieOf(t, r, hostCookie); third != tokenOf(t, r) {
		t.Errorf("refresh by header: the cookie holds %s, want the token of %s", third, r.body)
	}
}

func TestCookie_ARefusalSetsNone(t *testing.T) {
	s := newStage(t, withCookie)
	for name, raw := range map[string]string{
		"log-in": form("username=x&password=y"), "refresh": refresh("Bearer x"),
		"refresh by cookie": request("POST", refreshPath, "", hold(hostCookie, "x")),
	} {
		if r := s.send(t, raw); r.status != http.StatusUnauthorized || r.header["Set-Cookie"] != nil {
			t.Errorf("%s: %d %q, want 401 and no cookie", name, r.status, r.header["Set-Cookie"])
		}
	}
}

func TestCookie_OffIsNeitherSetNorRead(t *testing.T) {
	s := newStage(t, nil)
	r := s.send(t, atHost("localhost", form(good)))
	token := tokenOf(t, r)
	for _, r := range []reply{r, s.send(t, refresh("Bearer "+token)), s.send(t, request("POST", "/auth/logout", ""))} {
		if set := r.header["Set-Cookie"]; set != nil {
			t.Errorf("%d, Set-Cookie %q, want none", r.status, set)
		}
	}
	for _, host := range []string{"api.example", "localhost"} {
		both := hold(hostCookie, token) + "; " + plainCookie + "=" + token
		r := s.send(t, atHost(host, request("POST", refreshPath, "", both)))
		if r.status != http.StatusUnauthorized || r.body != `{"detail":"Not authenticated"}` {
			t.Errorf("%s: %d %s, want 401 as without credentials", host, r.status, r.body)
		}
	}
}

func TestCookie_LivesAsLongAsItsToken(t *testing.T) {
	s := newStage(t, withCookie)
	start := time.Now()
	for passed, want := range map[time.Duration]int{30 * time.Minute: 1800, time.Hour - 5*time.Second: 5, 2 * time.Hour: 0} {
		s.server.api.clock = func() time.Time { return start.Add(passed) }
		if _, seconds := cookieOf(t, s.send(t, form(good)), hostCookie); seconds > want || seconds < want-2 {
			t.Errorf("%v before the answer: the cookie lives %d s, want about %d", passed, seconds, want)
		}
	}
}

func TestCookie_TheHeaderWins(t *testing.T) {
	s := newStage(t, withCookie)
	good, other := s.logIn(t), s.logIn(t)
	for authorization, want := range map[string]string{
		"": "Not authenticated", "Basic eDp5": "Not authenticated", good: "Not authenticated",
		"Bearer": "Could not validate credentials", "Bearer x": "Could not validate credentials",
	} {
		r := s.send(t, request("POST", refreshPath, "", "Authorization: "+authorization, hold(hostCookie, good)))
		if r.status != http.StatusUnauthorized || r.body != `{"detail":"`+want+`"}` {
			t.Errorf("%q beside a good cookie: %d %s, want 401 %s", authorization, r.status, r.body, want)
		}
	}
	r := s.send(t, request("POST", refreshPath, "", "Authorization: Bearer "+other, hold(hostCookie, "x")))
	if tokenOf(t, r) == "" {
		t.Error("a good header beside a bad cookie is refused")
	}
}
