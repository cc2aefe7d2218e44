package httpapi

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func basic(id, secret string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

var asClient = basic("records", clientSecret)

func introspect(body string, headers ...string) string {
	return request("POST", "/auth/introspect", body, append(headers, formType)...)
}

func TestIntrospect_Answers(t *testing.T) {
	s := newStage(t, nil)
	first := s.logIn(t)
	second := tokenOf(t, s.send(t, refresh("Bearer "+first)))
	old, ended := s.logIn(t), s.logIn(t)
	s.send(t, refresh("Bearer "+tokenOf(t, s.send(t, refresh("Bearer "+old)))))
	s.send(t, request("POST", "/auth/logout", "", asBearer(ended)))
	ask := func(body string) string { return introspect(body, asClient) }
	typed := func(contentType string) string {
		return request("POST", "/auth/introspect", "token="+second, asClient, "Content-Type: "+contentType)
	}
	compare(t, s, "introspect.txt", []exchange{
		{"current token", ask("token=" + second)},
		{"with a slash", request("POST", "/auth/introspect/", "token="+second, asClient, formType)},
		{"the token just replaced", ask("token=" + first)},
		{"with a hint", ask("token_type_hint=refresh_token&token=" + second + "&more=1&more=2")},
		{"escaped", ask("%74oken=" + strings.ReplaceAll(second, ".", "%2E"))},
		{"with a charset", typed("application/x-www-form-urlencoded; charset=UTF-8")},
		{"an older token", ask("token=" + old)},
		{"of an ended session", ask("token=" + ended)},
		{"garbage", ask("token=a.b.c")},
		{"a bad alphabet", ask("token=%00%FF+")},
		{"too long", ask("token=" + strings.Repeat("a", 5000))},
		{"no token", ask("token_type_hint=access_token")},
		{"no body", ask("")},
		{"empty token", ask("token=")},
		{"token twice", ask("token=" + second + "&token=" + second)},
		{"in the query", request("POST", "/auth/introspect?token=x", "", asClient, formType)},
		{"JSON", request("POST", "/auth/introspect", `{"token":"x"}`, asClient, jsonType)},
		{"multipart", typed("multipart/form-data; boundary=x")},
		{"no content type", request("POST", "/auth/introspect", "token="+second, asClient)},
		{"no client", introspect("token=" + second)},
		{"no client, no token", introspect("")},
		{"wrong secret", introspect("token="+second, basic("records", "x"))},
		{"unknown client", introspect("token="+second, basic("x", clientSecret))},
		{"nobody", introspect("token="+second, basic("", ""))},
		{"the token as bearer", introspect("token="+second, asBearer(second))},
		{"client in the form", introspect("client_id=records&client_secret=" + url.QueryEscape(clientSecret) + "&token=" + second)},
		{"not base64", introspect("token="+second, "Authorization: Basic ***")},
		{"no colon", introspect("token="+second, "Authorization: Basic eA==")},
		{"scheme only", introspect("token="+second, "Authorization: Basic")},
		{"GET", request("GET", "/auth/introspect?token=x", "", asClient)},
	})
}

func TestIntrospect_TakesCredentialsAsTheyAreAndAsInAForm(t *testing.T) {
	s := newStage(t, func(s *stage, _ *Settings) {
		s.clients = append(s.clients, domain.ClientCredentials{ID: "a:b", Secret: domain.NewSecret("c:d")})
	})
	for name, c := range map[string]struct {
		header string
		status int
	}{
		"as they are":            {basic("records", clientSecret), 200},
		"as in a form":           {basic("records", url.QueryEscape(clientSecret)), 200},
		"the word in lower case": {strings.Replace(asClient, "Basic", "basic", 1), 200},
		"an id with a colon":     {basic("a%3Ab", "c%3Ad"), 200},
		"a secret with a colon":  {basic("a%3Ab", "c:d"), 200},
		"another client's":       {basic("a%3Ab", clientSecret), 401},
		"a part of the secret":   {basic("records", clientSecret[1:]), 401},
		"no secret":              {basic("records", ""), 401},
	} {
		if r := s.send(t, introspect("token=x", c.header)); r.status != c.status {
			t.Errorf("%s: %d %s, want %d", name, r.status, r.body, c.status)
		}
	}
}

func TestIntrospect_WithoutClientsNobodyMay(t *testing.T) {
	s := newStage(t, func(s *stage, _ *Settings) { s.clients = nil })
	for _, header := range []string{asClient, basic("", ""), basic("records", "")} {
		if r := s.send(t, introspect("token=x", header)); r.status != http.StatusUnauthorized {
			t.Errorf("%s: %d, want 401", header, r.status)
		}
	}
}

func TestIntrospect_ALargeOrBrokenBodyIsNoToken(t *testing.T) {
	s := newStage(t, nil)
	chunked := "\r\nTransfer-Encoding: chunked\r\n\r\nnot a chunk\r\n"
	for _, path := range []string{"/auth/introspect", "/auth/revoke"} {
		large := request("POST", path, strings.Repeat("a", DefaultBodyLimit+1), asClient, formType)
		if r := s.send(t, large); r.status != http.StatusRequestEntityTooLarge || r.body != `{"detail":"Request body too large"}` {
			t.Errorf("%s: %d %s, want 413", path, r.status, r.body)
		}
		broken := strings.Replace(request("POST", path, "", asClient, formType), "\r\n\r\n", chunked, 1)
		if r := s.send(t, broken); r.status != http.StatusBadRequest || r.body != `{"error":"invalid_request"}` {
			t.Errorf("%s: %d %s, want 400", path, r.status, r.body)
		}
	}
}

func TestIntrospect_SaysWhatTheTokenSaysAndNothingThatItDoesNot(t *testing.T) {
	whole := domain.Claims{
		Subject: "a\u2028<b>", SessionID: "s", UserID: "u", ID: "1.x", ExpiresAt: time.Unix(9, 0), IssuedAt: time.Unix(8, 0),
		Issuer: "https://i", Audience: []string{"one"},
	}
	two := whole
	two.Audience = []string{"one", "two"}
	const head = `{"active":true,"sub":"%s","exp":9,%s"jti":"1.x","sid":"s","uid":"u"%s,"token_type":"bearer"}`
	for _, c := range []struct {
		claims domain.Claims
		want   string
	}{
		{whole, fmt.Sprintf(head, "a\u2028<b>", `"iat":8,`, `,"iss":"https://i","aud":"one"`)},
		{two, fmt.Sprintf(head, "a\u2028<b>", `"iat":8,`, `,"iss":"https://i","aud":["one","two"]`)},
		{
			domain.Claims{Subject: "a", SessionID: "s", UserID: "u", ID: "1.x", ExpiresAt: time.Unix(9, 0)},
			fmt.Sprintf(head, "a", "", ""),
		},
	} {
		if got := string(encode(introspectionOf(c.claims))); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
