package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestHTTP_Refresh(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "REFRESH_GRACE=5m")
	token := s.loggedIn()
	bearer := func(name, credentials string, status int, answer string, carries ...string) exchange {
		return exchange{name, "POST", "/auth/token/refresh_token", []string{"Authorization: " + credentials}, "",
			status, answer, carries}
	}
	anonymous := func(name, credentials string) exchange {
		return bearer(name, credentials, 401, detail(notAuthenticated), challenge)
	}
	refused := func(name, credentials string) exchange {
		return bearer(name, credentials, 401, detail(badToken), challengeToken)
	}
	with := func(name, path string, header []string, body string, status int, answer string, carries ...string) exchange {
		return exchange{name, "POST", "/auth/token/refresh_token" + path, header, body, status, answer, carries}
	}
	good := "Authorization: Bearer " + token
	s.play([]exchange{
		bearer("good", "Bearer "+token, 200, grant),
		bearer("in lower case", "bearer "+token, 200, grant),
		bearer("in upper case", "BEARER "+token, 200, grant),
		bearer("in any case", "bEaReR "+token, 200, grant),
		with("with a slash", "/", []string{good}, "", 200, grant),
		with("with a query", "?a=b", []string{good}, "", 200, grant),
		with("with a body", "", []string{good}, `{"a":1}`, 200, grant),
		with("with a broken body", "", []string{good, "Content-Type: application/json"}, `{"a":`, 200, grant),
		with("with a large body", "", []string{good}, strings.Repeat("a", 1<<20), 200, grant),
		with("good and bad", "", []string{good, "Authorization: Bearer abc"}, "", 200, grant),
		with("bad and good", "", []string{"Authorization: Bearer abc", good}, "", 401, detail(badToken), challengeToken),

		with("nothing", "", nil, "", 401, detail(notAuthenticated), challenge),
		anonymous("empty", ""),
		anonymous("Basic", "Basic bWFyaWE6eA=="),
		anonymous("another scheme", "Token "+token),
		anonymous("no scheme", token),
		anonymous("a tab", "Bearer\t"+token),
		with("in the query", "?access_token="+token, nil, "", 401, detail(notAuthenticated), challenge),
		with("in a form", "", []string{form}, "access_token="+token, 401, detail(notAuthenticated), challenge),
		with("in a cookie", "", []string{"Cookie: access_token=" + token}, "", 401, detail(notAuthenticated), challenge),

		refused("two spaces", "Bearer  "+token),
		refused("an extra word", "Bearer "+token+" x"),
		refused("a comma", "Bearer "+token+","),
		refused("in quotes", `Bearer "`+token+`"`),
		refused("abc", "Bearer abc"),
		refused("a.b.c", "Bearer a.b.c"),
		refused("two dots", "Bearer .."),
		refused("Latin-1", "Bearer \xe9.b.c"),
		refused("20 KiB", "Bearer "+strings.Repeat("a", 20<<10)),
		refused("70 KiB", "Bearer "+strings.Repeat("a", 70<<10)),
	})
	s.refreshed(token)
	s.records("token_reused", 0)
}

func TestHTTP_ARequestIDIsKeptIfItIsHarmless(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	get := func(id string) string {
		request, err := http.NewRequest(http.MethodGet, s.URL+"/auth/token", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Request-ID", id)
		got, err := send(request)
		if err != nil {
			t.Fatal(err)
		}
		return got.header.Get("X-Request-ID")
	}
	for _, id := range []string{"a", "Abc-1._9", strings.Repeat("x", 64)} {
		if got := get(id); got != id {
			t.Errorf("the id %q came back as %q", id, got)
		}
		program.Within(t, 5*time.Second, "the id is in the log", func() bool {
			return strings.Contains(s.Out.String(), `"request_id":"`+id+`"`)
		})
	}
	seen := map[string]bool{}
	for _, id := range []string{"", "a b", `a"b`, "é", strings.Repeat("x", 65), "a/b", ""} {
		got := get(id)
		if got == id || !requestID.MatchString(got) || seen[got] {
			t.Errorf("the id %q came back as %q", id, got)
		}
		seen[got] = true
	}
}

func TestHTTP_TheClientsAddressIsBelievedFromAProxyOnly(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	login := func() {
		t.Helper()
		(exchange{"", "POST", "/auth/token", []string{form, "X-Forwarded-For: 203.0.113.9", "X-Real-IP: 203.0.113.9",
			"Forwarded: for=203.0.113.9"}, marias, 200, grant, nil}).play(t, s.URL)
	}
	login()
	if strings.Contains(s.Must("", "sessions", "list", maria)+s.Out.String(), "203.0.113.9") {
		t.Error("a header of the client's own was believed")
	}
	s.restart("TRUSTED_PROXIES=127.0.0.0/8")
	login()
	if !strings.Contains(s.Must("", "sessions", "list", maria), "203.0.113.9") {
		t.Error("the header of a trusted proxy was not believed")
	}
}
