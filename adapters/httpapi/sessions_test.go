package httpapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// listed returns the sessions that the bearer of a token is shown, newest first.
func (s *stage) listed(t *testing.T, token string) []sessionJSON {
	t.Helper()
	r := s.send(t, request("GET", "/auth/sessions", "", asBearer(token)))
	var list []sessionJSON
	if err := json.Unmarshal([]byte(r.body), &list); err != nil || r.status != http.StatusOK {
		t.Fatalf("%d %s: %v, want a list", r.status, r.body, err)
	}
	return list
}

func TestSessions_Answers(t *testing.T) {
	s := newStage(t, nil)
	first := tokenOf(t, s.send(t, request("POST", "/auth/token", good, formType, "User-Agent: a \"<b>\" \xc3\xa9\xff")))
	second, third := s.logIn(t), s.logIn(t)
	ids := s.listed(t, first)
	get := func(target string, headers ...string) string { return request("GET", target, "", headers...) }
	end := func(id string, headers ...string) string {
		return request("DELETE", "/auth/sessions/"+id, "", headers...)
	}
	compare(t, s, "sessions.txt", []exchange{
		{"three", get("/auth/sessions", asBearer(first))},
		{"with a slash", get("/auth/sessions/", asBearer(second))},
		{"HEAD", request("HEAD", "/auth/sessions", "", asBearer(first))},
		{"no credentials", get("/auth/sessions")},
		{"a bad token", get("/auth/sessions", asBearer("x"))},
		{"POST", request("POST", "/auth/sessions", "", asBearer(first))},
		{"DELETE all", request("DELETE", "/auth/sessions/", "", asBearer(first))},
		{"end without credentials", end(ids[0].ID)},
		{"end with a bad token", end(ids[0].ID, asBearer("x"))},
		{"end an unknown one", end("0", asBearer(first))},
		{"GET one", get("/auth/sessions/"+ids[0].ID, asBearer(first))},
		{"OPTIONS one", request("OPTIONS", "/auth/sessions/"+ids[0].ID, "")},
		{"end another", end(ids[0].ID, asBearer(first))},
		{"end it again", end(ids[0].ID, asBearer(first))},
		{"end another, with a slash and a body", request("DELETE", "/auth/sessions/"+ids[1].ID+"/", "{}", asBearer(first))},
		{"one", get("/auth/sessions", asBearer(first))},
		{"end the own", end(ids[2].ID, asBearer(first))},
		{"none", get("/auth/sessions", asBearer(first))},
	})
	for name, token := range map[string]string{"first": first, "second": second, "third": third} {
		if s.isLoggedIn(t, token) {
			t.Errorf("the %s session goes on", name)
		}
	}
}

func TestSessions_TellWhenTheyWereRefreshedAndExpireAndNoToken(t *testing.T) {
	east := time.FixedZone("", 3*60*60)
	at := func(second int) time.Time { return time.Date(2026, 1, 2, 3, 4, second, 999_999_000, east) }
	session := domain.Session{
		ID: "s", UserID: "u", CreatedAt: at(1), EndsAt: at(4), LastExpiry: at(5), ReplacedAt: at(6), Replaced: "1.x",
		Client:  domain.Client{Address: "::1", UserAgent: "<b>"},
		Current: domain.Token{ID: "2.x", IssuedAt: at(2), ExpiresAt: at(3)},
	}
	const head = `{"id":"s","created_at":"2026-01-02T00:04:01Z","refreshed_at":"2026-01-02T00:04:02Z",` +
		`"expires_at":"2026-01-02T00:04:03Z","user_agent":"<b>","ip":"::1","current":`
	for own, want := range map[string]string{"s": head + "true}", "other": head + "false}"} {
		if got := string(encode(sessionOf(session, own))); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestSessions_AreTheCallersOwnNewestFirst(t *testing.T) {
	s := newStage(t, nil)
	tokenOf(t, s.send(t, form("username=ana@email.com&password=100%;x=1+%26%2B%c3%a9")))
	older, newer := s.logIn(t), s.logIn(t)
	for token, current := range map[string]int{newer: 0, older: 1} {
		list := s.listed(t, token)
		if len(list) != 2 || !list[current].Current || list[1-current].Current {
			t.Errorf("%+v, want two sessions, number %d the current one", list, current)
		}
	}
}

func TestSessions_AnIDThatIsNotTheCallersIs404(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	ana := tokenOf(t, s.send(t, form("username=ana@email.com&password=100%;x=1+%26%2B%c3%a9")))
	own, others := s.listed(t, token)[0].ID, s.listed(t, ana)[0].ID
	for name, id := range map[string]string{
		"another user's":      others,
		"escaped":             strings.ReplaceAll(others, "-", "%2D"),
		"escaped letters":     "%30" + others[1:],
		"with a space":        own + "%20",
		"with a slash inside": own + "%2F",
		"with a line feed":    own + "%0A",
		"NUL":                 "%00",
		"not UTF-8":           "%FF%fe",
		"a colon":             ":id",
		"a star":              "*",
		"dots":                "..",
		"escaped dots":        "%2e%2e",
		"upper case":          strings.ToUpper(own) + "X",
		"long":                strings.Repeat("a", 65),
		"very long":           strings.Repeat("a", 60<<10),
		"SQL":                 url.PathEscape("' OR 1=1--"),
		"with a query inside": own + "%3Fa",
		"an empty one":        "/",
		"a path":              own + "/x",
	} {
		r := s.send(t, request("DELETE", "/auth/sessions/"+id, "", asBearer(token)))
		if r.status != http.StatusNotFound || r.body != `{"detail":"Not Found"}` {
			t.Errorf("%s: %d %s, want 404", name, r.status, r.body)
		}
	}
	if !s.isLoggedIn(t, token) || !s.isLoggedIn(t, ana) {
		t.Error("a session was ended by an id that is not its own")
	}
}

func TestSessions_TheLogHasTheRouteAndNotTheID(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	s.logs.TakeAll()
	s.send(t, request("DELETE", "/auth/sessions/Hunter2Hunter2", "", asBearer(token)))
	fields := s.logged(t, 1)[0].ContextMap()
	if fields["route"] != "/auth/sessions/:id" || fields["outcome"] != "caller has no such session" {
		t.Errorf("logged %v, want the pattern of the route", fields)
	}
	for key, value := range fields {
		if text, _ := value.(string); strings.Contains(text, "Hunter2") {
			t.Errorf("%s: %s, want nothing that the client wrote", key, text)
		}
	}
}
