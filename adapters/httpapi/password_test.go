package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

const newPassword = "correct horse"

func change(token, body string) string {
	return request("PUT", "/auth/password", body, asBearer(token), jsonType)
}

func passwords(present, next string) string {
	return `{"current_password":"` + present + `","new_password":"` + next + `"}`
}

func TestPassword_Answers(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	put := func(body string) string { return change(token, body) }
	typed := func(contentType string) string {
		return request("PUT", "/auth/password", passwords("x", newPassword), asBearer(token), "Content-Type: "+contentType)
	}
	compare(t, s, "password.txt", []exchange{
		{"no body", put("")},
		{"no body and no content type", request("PUT", "/auth/password", "", asBearer(token))},
		{"white space", put(" ")},
		{"broken off", put(`{"current_password":"Hunter2`)},
		{"a character that has no place there", put(`{"current_password":Hunter2}`)},
		{"something behind it", put(passwords("Hunter2", newPassword) + "x")},
		{"two objects", put(passwords("x", newPassword) + passwords("x", newPassword))},
		{"a name twice", put(`{"new_password":"a","new_\u0070assword":"b","current_password":"c"}`)},
		{"invalid UTF-8", put(passwords("x\xff", newPassword))},
		{"UTF-16", put("\xff\xfe{\x00}\x00")},
		{"a byte order mark", put("\xef\xbb\xbf" + passwords("x", newPassword))},
		{"null", put("null")},
		{"a list", put(`["Hunter2"]`)},
		{"a string", put(`"Hunter2"`)},
		{"an empty object", put("{}")},
		{"names in another letter case", put(`{"Current_Password":"x","NEW_PASSWORD":"y"}`)},
		{"one missing", put(`{"current_password":"Hunter2"}`)},
		{"wrong types", put(`{"current_password":1234,"new_password":null}`)},
		{"one missing, one of a wrong type", put(`{"new_password":["Hunter2"],"more":1}`)},
		{"a lone surrogate", put(passwords("x", `Hunter2Hunter2\ud800`))},
		{"surrogates the wrong way round", put(passwords(`\udc00\ud800`, newPassword))},
		{"a form", request("PUT", "/auth/password", "current_password=Hunter2", asBearer(token), formType)},
		{"text", typed("text/plain")},
		{"no content type", request("PUT", "/auth/password", passwords("x", newPassword), asBearer(token))},
		{"JSON of another kind", typed("application/merge-patch+json")},
		{"JSON with a charset, in upper case", typed("APPLICATION/JSON; charset=utf-8")},
		{"wrong current password", put(passwords("x", newPassword))},
		{"empty current password", put(passwords("", newPassword))},
		{"short new password", put(passwords(password, "1234567"))},
		{"long new password", put(passwords(password, strings.Repeat("a", 257)))},
		{"common new password", put(passwords(password, common))},
		{"the address as new password", put(passwords(password, strings.ToUpper(maria)))},
		{"both wrong", put(passwords("x", "short"))},
		{"no credentials", request("PUT", "/auth/password", passwords(password, newPassword), jsonType)},
		{"no credentials, no body", request("PUT", "/auth/password", "")},
		{"a bad token", change("x", passwords(password, newPassword))},
		{"a bad token and body", change("x", "{")},
		{"POST", request("POST", "/auth/password", "", asBearer(token))},
		{"with a slash", request("PUT", "/auth/password/", passwords(password, newPassword), asBearer(token), jsonType)},
	})
}

func TestPassword_TheUsersOtherSessionsEnd(t *testing.T) {
	s := newStage(t, nil)
	own, other := s.logIn(t), s.logIn(t)
	if r := s.send(t, change(own, passwords(password, newPassword))); r.status != http.StatusNoContent {
		t.Fatalf("%d %s, want 204", r.status, r.body)
	}
	if !s.isLoggedIn(t, own) || s.isLoggedIn(t, other) {
		t.Error("want the own session to go on and the other to end")
	}
	if r := s.send(t, form(good)); r.status != http.StatusUnauthorized {
		t.Errorf("the old password: %d, want 401", r.status)
	}
	tokenOf(t, s.send(t, form("username="+maria+"&password=correct+horse")))
}

// TestPassword_IsTakenExactlyAsItCame changes the password by JSON and logs in by a form.
func TestPassword_IsTakenExactlyAsItCame(t *testing.T) {
	s := newStage(t, nil)
	token, present := s.logIn(t), password
	for _, c := range []struct{ inJSON, inForm string }{
		{`  spaces  `, "++spaces++"},
		{`\u0000\t\"\\\/123`, "%00%09%22%5c/123"},
		{`e\u0301 \ud83d\ude00 123`, "e%cc%81+%f0%9f%98%80+123"},
		{"\u00e9\u2028<&> 1\ufffd", "%c3%a9%e2%80%a8<%26>+1%ef%bf%bd"},
		{`\\ud800\\udead`, `\ud800\udead`},
	} {
		if r := s.send(t, change(token, passwords(present, c.inJSON))); r.status != http.StatusNoContent {
			t.Fatalf("%s: %d %s, want 204", c.inJSON, r.status, r.body)
		}
		tokenOf(t, s.send(t, form("username="+maria+"&password="+c.inForm)))
		present = c.inJSON
	}
}

func TestPassword_ARefusedChangeChangesNothing(t *testing.T) {
	s := newStage(t, nil)
	own, other := s.logIn(t), s.logIn(t)
	for _, body := range []string{passwords("x", newPassword), passwords(password, "short"), "{", ""} {
		if r := s.send(t, change(own, body)); r.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s, want 422", body, r.status, r.body)
		}
	}
	if !s.isLoggedIn(t, own) || !s.isLoggedIn(t, other) {
		t.Error("a session ended, want none")
	}
	s.logIn(t)
}

func TestPassword_NeitherPasswordComesBackOrIntoTheLog(t *testing.T) {
	const secret = "Hunter2Hunter2"
	s := newStage(t, nil)
	token := s.logIn(t)
	for _, body := range []string{
		passwords(secret, secret), passwords(secret, secret) + "}", `"` + secret + `"`, secret, `{"` + secret + `":1}`,
		`{"new_password":"` + secret, `{"new_password":["` + secret + `"]}`, passwords(secret, secret+`\ud800`),
	} {
		if r := s.send(t, change(token, body)); r.status != http.StatusUnprocessableEntity || strings.Contains(r.body, "Hunter") {
			t.Errorf("%s: %d %s, want 422 without what was sent", body, r.status, r.body)
		}
	}
	for _, line := range s.logged(t, 9) {
		for key, value := range line.ContextMap() {
			if text, _ := value.(string); strings.Contains(text, "Hunter") {
				t.Errorf("the log holds what a client wrote in %s", key)
			}
		}
	}
}

func TestPassword_TooLargeABodyIs413(t *testing.T) {
	s := newStage(t, nil)
	r := s.send(t, change(s.logIn(t), passwords(password, strings.Repeat("a", DefaultBodyLimit))))
	if r.status != http.StatusRequestEntityTooLarge || r.body != `{"detail":"Request body too large"}` || !r.closes {
		t.Errorf("%d %s, want 413 and the connection closed", r.status, r.body)
	}
}
