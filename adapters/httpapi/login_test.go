package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const good = "username=" + maria + "&password=" + password

func TestToken_AnswersAsTheOriginalDid(t *testing.T) {
	post := func(target string) string { return request("POST", target, good, formType) }
	typed := func(contentType string) string {
		return request("POST", "/auth/token/", good, "Content-Type: "+contentType)
	}
	compare(t, newStage(t, nil), "token.txt", []exchange{
		{"with a slash", post("/auth/token/")},
		{"without a slash", post("/auth/token")},
		{"without a slash, with a query", post("/auth/token?a=1&b=%20x")},
		{"two slashes", post("/auth/token//")},
		{"two slashes first", post("//auth/token")},
		{"upper-case path", post("/AUTH/TOKEN/")},
		{"absolute form", post("http://evil.example/auth/token")},
		{"content type with charset", typed("application/x-www-form-urlencoded; charset=utf-8")},
		{"content type with a broken parameter", typed("application/x-www-form-urlencoded; charset")},
		{"content type in upper case", typed("APPLICATION/X-WWW-FORM-URLENCODED")},
		{"no content type", request("POST", "/auth/token/", good)},
		{"JSON", request("POST", "/auth/token/", `{"username":"x","password":"y"}`, "Content-Type: application/json")},
		{"no body", request("POST", "/auth/token/", "")},
		{"empty form", form("")},
		{"missing username", form("password=x")},
		{"missing password", form("username=x")},
		{"empty username", form("username=&password=x")},
		{"empty password", form("username=" + maria + "&password=")},
		{"both empty", form("username=&password=")},
		{"names without values", form("username&password")},
		{"credentials in the query", request("POST", "/auth/token/?"+good, "", formType)},
		{"HTTP Basic only", request("POST", "/auth/token/", "", "Authorization: Basic bWFyaWE6eA==")},
		{"wrong password", form("username=" + maria + "&password=x")},
		{"unknown user", form("username=nobody@email.com&password=" + password)},
		{"email with a space", form("username=" + maria + "+&password=" + password)},
		{"password with a space", form(good + "+")},
		{"non-ASCII, escaped", form("username=jo%C3%A3o%40email.com&password=%C3%A7%C3%A3%E2%82%AC123456")},
		{"non-ASCII, as it is", form("username=joão@email.com&password=çã€123456")},
		{"password full of traps", form("username=ana@email.com&password=100%;x=1+%26%2B%c3%a9")},
		{"password of 64,000 bytes", form("username=long@email.com&password=" + long)},
		{"password of 63,999 bytes", form("username=long@email.com&password=" + long[1:])},
		{"scope and client fields", form(good + "&scope=a+b&client_id=x&client_secret=y&more=1")},
		{"username twice, wrong first", form("username=x&" + good)},
		{"username twice, wrong last", form(good + "&username=x")},
		{"username twice, empty last", form(good + "&username=")},
		{"NUL in username", form("username=a%00b&password=x")},
		{"NUL in password", form("username=" + maria + "&password=a%00b")},
		{"invalid UTF-8 in username", form("username=%ff&password=x")},
		{"raw invalid byte in username", form("username=\xff&password=x")},
		{"lone surrogate", form("username=%ed%a0%80&password=x")},
		{"long username", form("username=" + strings.Repeat("a", 300) + "&password=x")},
		{"SQL", form("username='+OR+1=1--&password='+OR+1=1--")},
		{"1500 fields", form(strings.Repeat("a=1&", 1500) + good)},
		{"a login with Authorization", request("POST", "/auth/token/", good, formType, "Authorization: garbage")},
	})
}

func TestToken_TakesOnlyTheGrantTypePassword(t *testing.T) {
	grant := func(value string) string { return form("grant_type=" + value + "&" + good) }
	compare(t, newStage(t, nil), "grant_type.txt", []exchange{
		{"password", grant("password")},
		{"PASSWORD", grant("PASSWORD")},
		{"passwordX", grant("passwordX")},
		{"xpassword", grant("xpassword")},
		{"with a line feed", grant("password%0A")},
		{"empty", grant("")},
		{"refresh_token", grant("refresh_token")},
		{"characters that JSON escapes", grant("%22%5C%08%09%0C%0D%00%1F")},
		{"characters that JSON does not escape", grant("%3C%26%3E%7F%E2%80%A8é")},
		{"invalid UTF-8", grant("%FFx")},
		{"and both fields missing", form("grant_type=x")},
		{"twice, right last", form("grant_type=x&grant_type=password&" + good)},
	})
}

func multipartForm(body string) string {
	return request("POST", "/auth/token/", strings.ReplaceAll(body, "\n", "\r\n"),
		"Content-Type: multipart/form-data; boundary=XX")
}

func part(name, value string) string {
	return "--XX\nContent-Disposition: form-data; name=\"" + name + "\"\n\n" + value + "\n"
}

func filePart(name, value string) string {
	return "--XX\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"a.txt\"\n\n" + value + "\n"
}

func TestToken_TakesMultipart(t *testing.T) {
	name, secret := part("username", maria), part("password", password)
	typed := func(contentType string) string {
		body := strings.ReplaceAll(name+secret+"--XX--\n", "\n", "\r\n")
		return request("POST", "/auth/token/", body, "Content-Type: "+contentType)
	}
	encoded := "--XX\nContent-Disposition: form-data; name=\"password\"\nContent-Transfer-Encoding: quoted-printable\n\n"
	compare(t, newStage(t, nil), "multipart.txt", []exchange{
		{"both fields", multipartForm(name + secret + "--XX--\n")},
		{"type in upper case", typed("MULTIPART/FORM-DATA; Boundary=\"XX\"")},
		{"with an encoding that nobody undoes", multipartForm(name + encoded + password + "=\n--XX--\n")},
		{"an upload that means nothing", multipartForm(filePart("photo", "x") + name + secret + "--XX--\n")},
		{"an upload with a non-ASCII name", multipartForm(strings.Replace(filePart("photo", "x"), "a.txt", "ação.txt", 1) +
			name + secret + "--XX--\n")},
		{"file as password", multipartForm(name + filePart("password", password) + "--XX--\n")},
		{"file as username", multipartForm(filePart("username", maria) + secret + "--XX--\n")},
		{"file as grant_type", multipartForm(filePart("grant_type", "password") + name + secret + "--XX--\n")},
		{"file without a name as password", multipartForm(name +
			strings.Replace(filePart("password", password), "a.txt", "", 1) + "--XX--\n")},
		{"password twice, a file last", multipartForm(name + secret + filePart("password", "x") + "--XX--\n")},
		{"password twice, a file first", multipartForm(name + filePart("password", "x") + secret + "--XX--\n")},
		{"no fields", multipartForm("--XX--\n")},
		{"no body", multipartForm("")},
		{"no boundary", typed("multipart/form-data")},
		{"empty boundary", typed("multipart/form-data; boundary=")},
		{"another boundary", typed("multipart/form-data; boundary=YY")},
		{"not multipart at all", multipartForm("garbage")},
		{"broken off", multipartForm(name + "--XX\nContent-Dispo")},
		{"broken off in the value", multipartForm(name + strings.TrimSuffix(secret, "\n"))},
		{"a part without a name", multipartForm("--XX\nContent-Disposition: form-data\n\nx\n--XX--\n")},
		{"a part without a disposition", multipartForm("--XX\nA: b\n\nx\n--XX--\n")},
	})
}

func TestToken_TooLargeABodyIsRefusedByItsLengthAndByCounting(t *testing.T) {
	s := newStage(t, nil)
	large := strings.Repeat("a", DefaultBodyLimit+1)
	chunked := strings.Replace(request("POST", "/auth/token", "", formType), "\r\n\r\n",
		"\r\nTransfer-Encoding: chunked\r\n\r\n", 1)
	for name, raw := range map[string]string{
		"declared":     "POST /auth/token HTTP/1.1\r\nHost: x\r\n" + formType + "\r\nContent-Length: 99999999999\r\n\r\nusername=",
		"sent":         request("POST", "/auth/token", large, formType),
		"of some type": request("POST", "/auth/token", large, "Content-Type: application/json"),
		"chunked":      chunked + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(large), large),
	} {
		r := s.send(t, raw)
		if r.status != http.StatusRequestEntityTooLarge || r.body != `{"detail":"Request body too large"}` {
			t.Errorf("%s: %d %s, want 413", name, r.status, r.body)
		}
		if !r.closes || r.header.Get("X-Request-ID") == "" {
			t.Errorf("%s: want the connection closed, and a request id: %v", name, r.header)
		}
	}
	exact := "username=x&password=" + strings.Repeat("a", DefaultBodyLimit-len("username=x&password="))
	if r := s.send(t, form(exact)); r.status != http.StatusUnauthorized {
		t.Errorf("a body of just the limit: %d, want 401", r.status)
	}
}

func TestToken_AnyPasswordIsCheckedAtTheSameCost(t *testing.T) {
	s := newStage(t, nil)
	for name, body := range map[string]string{
		"wrong":        "username=" + maria + "&password=x",
		"long":         "username=" + maria + "&password=" + strings.Repeat("x", 5000),
		"unknown user": "username=nobody&password=x",
		"bad username": "username=%00%ff&password=x",
		"empty":        "username=&password=",
	} {
		before := s.hashed.Load()
		if r := s.send(t, form(body)); r.status != http.StatusUnauthorized {
			t.Errorf("%s: %d, want 401", name, r.status)
		}
		if got := s.hashed.Load() - before; got != 1 {
			t.Errorf("%s: %d passwords were checked, want 1", name, got)
		}
	}
}
