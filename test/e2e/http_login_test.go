package e2e

import (
	"fmt"
	"strings"
	"testing"
)

// multi is the body of a multipart form with a part for each pair of a disposition and a text.
func multi(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, "--xyz\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n", pairs[i], pairs[i+1])
	}
	return b.String() + "--xyz--\r\n"
}

func TestHTTP_Login(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	s.AddUser("disabled@example.com", mariasPassword)
	s.Must("", "users", "disable", "disabled@example.com")
	s.AddUser("zoë@example.com", "ünïcode & more")
	login := func(name, body string, status int, answer string, carries ...string) exchange {
		return exchange{name, "POST", "/auth/token", []string{form}, body, status, answer, carries}
	}
	refused := func(name, body string) exchange {
		return login(name, body, 401, detail(badCredentials), challenge)
	}
	s.play([]exchange{
		login("good", marias, 200, grant),
		{"with a slash", "POST", "/auth/token/", []string{form}, marias, 200, grant, nil},
		{"with a query", "POST", "/auth/token?a=1&b=%20x", []string{form}, marias, 200, grant, nil},
		{"type with a charset", "POST", "/auth/token", []string{form + "; charset=utf-8"}, marias, 200, grant, nil},
		{"type in upper case", "POST", "/auth/token", []string{strings.ToUpper(form)}, marias, 200, grant, nil},
		{"with Authorization", "POST", "/auth/token", []string{form, "Authorization: Bearer abc"}, marias, 200, grant, nil},
		login("grant_type password", marias+"&grant_type=password", 200, grant),
		login("scope and client", marias+"&scope=&client_id=&client_secret=", 200, grant),
		login("username twice, right last", "username=x&"+marias, 200, grant),
		login("letter case of the address", "username=MARIA%40example.com&password=correct+horse+battery", 200, grant),
		login("not ASCII", "username=zo%C3%AB%40example.com&password=%C3%BCn%C3%AFcode+%26+more", 200, grant),
		login("many fields", marias+strings.Repeat("&x=y", 1500), 200, grant),

		refused("unknown user", "username=nobody%40example.com&password=correct+horse+battery"),
		refused("wrong password", "username=maria%40example.com&password=wrong"),
		refused("password in another letter case", "username=maria%40example.com&password=Correct+horse+battery"),
		refused("password with a space", "username=maria%40example.com&password=correct+horse+battery+"),
		refused("address with a space", "username=maria%40example.com+&password=correct+horse+battery"),
		refused("disabled user", "username=disabled%40example.com&password=correct+horse+battery"),
		refused("disabled user, wrong password", "username=disabled%40example.com&password=wrong"),
		refused("empty username", "username=&password=x"),
		refused("empty password", "username=maria%40example.com&password="),
		refused("both empty", "username=&password="),
		refused("username twice, wrong last", marias+"&username=x"),
		refused("NUL in the username", "username=a%00b&password=x"),
		refused("NUL in the password", "username=maria%40example.com&password=a%00b"),
		refused("bytes that are no text", "username=%ff%fe&password=%ff"),
		refused("lone surrogate", "username=%ED%A0%80&password=x"),
		refused("broken escape", "username=%zz&password=x"),
		refused("long username", "username="+strings.Repeat("a", 300)+"&password=x"),
		refused("SQL", "username='+OR+1=1+--&password='+OR+1=1+--"),

		login("nothing", "", 422, missingBoth),
		{"no type", "POST", "/auth/token", nil, marias, 422, missingBoth, nil},
		{"JSON", "POST", "/auth/token", []string{"Content-Type: application/json"},
			`{"username":"maria@example.com","password":"x"}`, 422, missingBoth, nil},
		{"in the query", "POST", "/auth/token?" + marias, nil, "", 422, missingBoth, nil},
		{"HTTP Basic", "POST", "/auth/token", []string{form, "Authorization: Basic bWFyaWE6eA=="}, "", 422, missingBoth, nil},
		login("no username", "password=x", 422, `{"detail":[`+missingUsername+`]}`),
		login("no password", "username=x", 422, `{"detail":[`+missingPassword+`]}`),
		login("grant_type in upper case", marias+"&grant_type=PASSWORD", 422, wrongGrant("PASSWORD", "")),
		login("grant_type empty", marias+"&grant_type=", 422, wrongGrant("", "")),
		login("grant_type with a line feed", marias+"&grant_type=password%0A", 422, wrongGrant(`password\n`, "")),
		login("grant_type refresh_token", marias+"&grant_type=refresh_token", 422, wrongGrant("refresh_token", "")),
		login("grant_type with markup", marias+"&grant_type=%3C%26%3E", 422, wrongGrant("<&>", "")),
		login("grant_type and both fields", "grant_type=x", 422, wrongGrant("x", ","+missingUsername+","+missingPassword)),
		login("too large", "username="+strings.Repeat("a", 1<<20), 413, detail("Request body too large")),
	})
}

func TestHTTP_LoginWithAMultipartForm(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	const boundary = "Content-Type: multipart/form-data; boundary=xyz"
	post := func(name, kind, body string, status int, answer string) exchange {
		return exchange{name, "POST", "/auth/token", []string{kind}, body, status, answer, nil}
	}
	file := multi(`"username"`, maria, `"password"; filename="a.txt"`, "secret text")
	s.play([]exchange{
		post("good", boundary, multi(`"username"`, maria, `"password"`, mariasPassword), 200, grant),
		post("no password", boundary, multi(`"username"`, maria), 422, `{"detail":[`+missingPassword+`]}`),
		post("no parts", boundary, multi(), 422, missingBoth),
		post("file as password", boundary, file, 422,
			`{"detail":[{"type":"string_type","loc":["body","password"],"msg":"Input should be a valid string","input":null}]}`),
		post("wrong grant_type", boundary, multi(`"username"`, maria, `"password"`, "x", `"grant_type"`, "x"), 422, wrongGrant("x", "")),
		post("no boundary", "Content-Type: multipart/form-data", multi(), 400, detail("Missing boundary in multipart.")),
		post("broken", boundary, "--xyz\r\nbroken", 400, detail("There was an error parsing the body")),
		post("too large", boundary, multi(`"username"`, strings.Repeat("a", 1<<20)), 413, detail("Request body too large")),
	})
}
