package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// isNoClient checks the answer to somebody who is not in INTROSPECTION_CLIENTS.
func (a answer) isNoClient(t *testing.T) {
	t.Helper()
	challenge := a.header.Get("WWW-Authenticate")
	if a.status != http.StatusUnauthorized || a.body != `{"error":"invalid_client"}` || !strings.HasPrefix(challenge, "Basic") {
		t.Errorf("the answer is %d %s with the challenge %q", a.status, a.body, challenge)
	}
}

func TestClients_OnlyTheConfiguredOnesMayAsk(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "INTROSPECTION_CLIENTS=one:first secret of a client,two:second secret of a client")
	token := s.loggedIn()
	ask := func(path string, header ...string) answer {
		t.Helper()
		return s.call(http.MethodPost, path, "", "token="+token, append(header, form)...)
	}
	for _, wrong := range []string{
		basic("one", "wrong"), basic("one", "second secret of a client"), basic("ONE", "first secret of a client"),
		basic("one", "first secret of a client "), basic("one", "first secret"), basic("one", ""), basic("", "first secret of a client"),
		basic("", ""), "Authorization: Basic", "Authorization: Basic !!!", "Authorization: Basic b25l", "Authorization: ",
		"X-Nothing: at all", "Authorization: Basic " + token,
	} {
		ask("/auth/introspect", wrong).isNoClient(t)
		ask("/auth/revoke", wrong).isNoClient(t)
	}
	ask("/auth/introspect", "Authorization: Bearer "+token).isNoClient(t)
	inForm := s.call(http.MethodPost, "/auth/introspect", "",
		"token="+token+"&client_id=one&client_secret=first+secret+of+a+client", form)
	inForm.isNoClient(t)
	for _, right := range []string{
		basic("one", "first secret of a client"), basic("two", "second secret of a client"),
		asTyped("two", "second secret of a client"), "Authorization: basic" + strings.TrimPrefix(basic("one", "first secret of a client"), "Authorization: Basic"),
	} {
		if got := ask("/auth/introspect", right); got.status != http.StatusOK || !strings.HasPrefix(got.body, `{"active":true,`) {
			t.Errorf("a client is answered with %d %s", got.status, got.body)
		}
	}
	s.refreshed(token)
}

func TestClients_WithNoneConfiguredNobodyMayAsk(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	token := s.loggedIn()
	for _, nobody := range []string{basic("", ""), basic(clientID, clientSecret), "X-Nothing: at all"} {
		s.call(http.MethodPost, "/auth/introspect", "", "token="+token, form, nobody).isNoClient(t)
		s.call(http.MethodPost, "/auth/revoke", "", "token="+token, form, nobody).isNoClient(t)
	}
	s.refreshed(token)
}

func TestClients_MayHaveAnyCharactersInIDAndSecret(t *testing.T) {
	t.Parallel()
	s := newcomer(t, "PASSWORD_HASH=m=256,t=1,p=1")
	pairs := [][2]string{
		{"a+b %41&c", "50%+more: a/b=c?é🦉 \"quoted\" %2B"}, {"é@example.com", ":colons:and::more:"}, {"plain", "plain"},
	}
	var lines []string
	for _, pair := range pairs {
		lines = append(lines, pair[0]+":"+pair[1])
	}
	path := s.write("clients", strings.Join(lines, "\n")+"\n")
	s.Env = append(s.Env, "INTROSPECTION_CLIENTS_FILE="+path)
	s.AddUser(maria, mariasPassword)
	s.Start()
	token := s.loggedIn()
	for _, pair := range pairs {
		got := s.call(http.MethodPost, "/auth/introspect", "", "token="+token, form, basic(pair[0], pair[1]))
		if got.status != http.StatusOK || !strings.Contains(got.body, maria) {
			t.Errorf("the client %q is answered with %d %s", pair, got.status, got.body)
		}
		s.call(http.MethodPost, "/auth/introspect", "", "token="+token, form, basic(pair[0], pair[1]+"+")).isNoClient(t)
	}
}

func TestClients_TheFormHasJustOneToken(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", aClient)
	token := s.loggedIn()
	who := basic(clientID, clientSecret)
	for _, path := range []string{"/auth/introspect", "/auth/revoke"} {
		for what, wrong := range map[string]answer{
			"nothing":         s.call(http.MethodPost, path, "", "", form, who),
			"no token":        s.call(http.MethodPost, path, "", "token_type_hint=access_token", form, who),
			"an empty one":    s.call(http.MethodPost, path, "", "token=", form, who),
			"two":             s.call(http.MethodPost, path, "", "token="+token+"&token="+token, form, who),
			"in the query":    s.call(http.MethodPost, path+"?token="+token, "", "", form, who),
			"JSON":            s.call(http.MethodPost, path, "", `{"token":"`+token+`"}`, jsonBody, who),
			"no content type": s.call(http.MethodPost, path, "", "token="+token, who),
		} {
			if wrong.status != http.StatusBadRequest || wrong.body != `{"error":"invalid_request"}` {
				t.Errorf("%s: %s is answered with %d %s", path, what, wrong.status, wrong.body)
			}
		}
		s.call(http.MethodGet, path+"?token="+token, "", "", who).is(t, http.StatusMethodNotAllowed, "Method Not Allowed")
	}
	for _, good := range []string{"", "&token_type_hint=access_token", "&token_type_hint=refresh_token", "&token_type_hint=x&scope=y"} {
		got := s.call(http.MethodPost, "/auth/introspect/", "", "token="+token+good, form, who)
		if got.status != http.StatusOK || !strings.HasPrefix(got.body, `{"active":true,`) {
			t.Errorf("with %q the answer is %d %s", good, got.status, got.body)
		}
	}
	s.refreshed(token)
}

func TestClients_NoSecretAndNoTokenIsInTheLog(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "LOG_LEVEL=debug", "INTROSPECTION_CLIENTS="+clientID+":canary secret of a client")
	right, wrong := basic(clientID, "canary secret of a client"), basic(clientID, "canary wrong secret")
	for _, path := range []string{"/auth/introspect", "/auth/revoke"} {
		token := s.loggedIn()
		for _, who := range []string{wrong, right, asTyped("canary%", "%canary"), "Authorization: Bearer " + token} {
			s.call(http.MethodPost, path+"?token=canary", "", "token="+token, form, who)
			s.call(http.MethodPost, path, "", "token=canary&token=canary", form, who)
			s.call(http.MethodPost, path, "", "token=canary.canary.canary", form, who)
		}
		program.Within(t, lifetime, "the requests are in the log", func() bool { return strings.Contains(s.Out.String(), path) })
		for _, secret := range append(strings.Split(token, ".")[1:], "canary", strings.Fields(right)[2], strings.Fields(wrong)[2],
			url.QueryEscape("canary secret of a client")) {
			if strings.Contains(s.Out.String(), secret) {
				t.Errorf("%s is in the log:\n%s", secret, s.Out)
			}
		}
	}
	for _, words := range [][]string{{"config"}, {"users", "list"}, {"sessions", "list", maria}} {
		if out := s.Must("", words...); strings.Contains(out, "canary") {
			t.Errorf("%q prints %s", words, out)
		}
	}
}
