package e2e

import "strings"

const (
	granting  = `{"access_token":"<JWT>","token_type":"bearer"}`
	goodLogin = "username=maria%40email.com&password=maria123"
)

// loginCases are the requests of the recorded log-ins.
func loginCases() []contractCase {
	var all []contractCase
	add := func(name, method, path, body string, b *better, header ...string) {
		all = append(all, contractCase{"login: " + name, method, path, header, body, b})
	}
	post := func(name, body string, b *better) { add(name, "POST", "/auth/token/", body, b, form) }
	direct := &better{200, granting, "answered at once: a redirect costs a round trip, and this one trusted the Host header"}
	add("ok (form)", "POST", "/auth/token/", goodLogin, nil, form)
	add("no trailing slash", "POST", "/auth/token", goodLogin, direct, form)
	add("no slash, Host: evil.example", "POST", "/auth/token", goodLogin, direct, form, "Host: evil.example")
	add("no slash, X-Forwarded-Proto https", "POST", "/auth/token", goodLogin, direct, form, "X-Forwarded-Proto: https")
	add("no slash, with query", "POST", "/auth/token?a=1&b=%20x", goodLogin, direct, form)
	add("double slash", "POST", "/auth/token//", goodLogin, nil, form)
	add("GET with slash", "GET", "/auth/token/", "", nil)
	add("GET no slash", "GET", "/auth/token", "", &better{405, detail("Method Not Allowed"), "no redirect"})
	add("HEAD with slash", "HEAD", "/auth/token/", "", nil)
	add("OPTIONS with slash (CORS preflight)", "OPTIONS", "/auth/token/", "", nil,
		"Origin: https://app.example.com", "Access-Control-Request-Method: POST")
	add("PUT with slash", "PUT", "/auth/token/", "", nil)
	add("DELETE with slash", "DELETE", "/auth/token/", "", nil)
	add("upper-case path", "POST", "/AUTH/TOKEN/", goodLogin, nil, form)
	const boundary = "Content-Type: multipart/form-data; boundary=xyz"
	add("multipart form", "POST", "/auth/token/", multi(`"username"`, "maria@email.com", `"password"`, "maria123"), nil, boundary)
	add("multipart, file as password", "POST", "/auth/token/", multi(`"username"`, "maria@email.com", `"password"; filename="a.txt"`, "maria123"),
		&better{422, `{"detail":[{"type":"string_type","loc":["body","password"],"msg":"Input should be a valid string","input":null}]}`,
			"what may be a secret is not echoed, nor is what the file became inside"}, boundary)
	add("multipart broken (no boundary)", "POST", "/auth/token/", multi(), nil, "Content-Type: multipart/form-data")
	add("multipart broken body", "POST", "/auth/token/", "--xyz\r\nbroken", nil, boundary)
	add("content-type with charset", "POST", "/auth/token/", goodLogin, nil, form+"; charset=utf-8")
	add("content-type upper case", "POST", "/auth/token/", goodLogin, nil, strings.ToUpper(form))
	add("no content-type, form body", "POST", "/auth/token/", goodLogin, nil)
	add("JSON body", "POST", "/auth/token/", `{"username":"maria@email.com","password":"maria123"}`, nil, "Content-Type: application/json")
	add("no body", "POST", "/auth/token/", "", nil)
	add("credentials in query string", "POST", "/auth/token/?"+goodLogin, "", nil)
	add("HTTP Basic credentials only", "POST", "/auth/token/", "", nil, "Authorization: Basic bWFyaWE6eA==")
	add("login with Authorization garbage", "POST", "/auth/token/", goodLogin, nil, form, "Authorization: Bearer abc")
	post("empty form body", "", nil)
	post("missing username", "password=maria123", nil)
	post("missing password", "username=maria%40email.com", nil)
	post("empty username", "username=&password=maria123", nil)
	post("empty password", "username=maria%40email.com&password=", nil)
	post("both empty", "username=&password=", nil)
	post("wrong password", "username=maria%40email.com&password=wrong", nil)
	post("unknown user", "username=nobody%40email.com&password=maria123", nil)
	post("unknown user, not an email", "username=nobody&password=maria123", nil)
	post("email upper case", "username=MARIA%40EMAIL.COM&password=maria123",
		&better{200, granting, "people do not mind letter case in an address, and no other account has it"})
	post("email trailing space", "username=maria%40email.com+&password=maria123", nil)
	post("password trailing space", goodLogin+"+", nil)
	post("password upper case", "username=maria%40email.com&password=MARIA123", nil)
	post("inactive user", "username=inativo%40email.com&password=inativo123",
		&better{401, detail(badCredentials), "an inactive user is refused"})
	post("PROFISSIONAL", "username=carlos%40email.com&password=carlos123", nil)
	post("ADMIN", "username=admin%40vidaplus.com&password=admin123", nil)
	// The password of the account in the given database is not known, so it is another account.
	post("non-ASCII email+password", "username=zo%C3%AB%40email.com&password=%C3%BCn%C3%AFcode+%26+more", nil)
	post("grant_type=password", goodLogin+"&grant_type=password", nil)
	for name, value := range map[string]string{
		"grant_type=PASSWORD": "PASSWORD", "grant_type=passwordX": "passwordX", "grant_type=xpassword": "xpassword",
		`grant_type=password\n`: "password%0A", "grant_type empty": "", "grant_type=refresh_token": "refresh_token",
		"grant_type=client_credentials": "client_credentials",
	} {
		post(name, goodLogin+"&grant_type="+value, nil)
	}
	post("bad grant_type + missing fields", "grant_type=x", nil)
	post("scope, client_id, client_secret", goodLogin+"&scope=a&client_id=b&client_secret=c", nil)
	post("unknown extra field", goodLogin+"&extra=1", nil)
	post("username twice (wrong, right)", "username=x&"+goodLogin, nil)
	post("username twice (right, wrong)", goodLogin+"&username=x", nil)
	post("NUL in username", "username=maria%00&password=x", &better{401, detail(badCredentials), "no account has such an address"})
	post("NUL in password", "username=maria%40email.com&password=a%00b", nil)
	post("invalid UTF-8 in username", "username=%ff%fe&password=x", nil)
	post("raw invalid UTF-8 byte", "username=\xff&password=x", nil)
	post("invalid percent escape", "username=%zz&password=x", nil)
	post("lone surrogate (percent-encoded)", "username=%ED%A0%80&password=x", nil)
	large := &better{413, detail("Request body too large"), "nobody's password is a mebibyte, and hashing it is work for whoever sends it"}
	post("password 1 MiB", "username=maria%40email.com&password="+strings.Repeat("a", 1<<20), large)
	post("username 1 MiB", "password=x&username="+strings.Repeat("a", 1<<20), large)
	post("username 300 chars", "password=x&username="+strings.Repeat("a", 300), nil)
	post("SQL injection text", "username='+OR+1=1+--&password=x", nil)
	post("stored hash not argon2", "username=hashruim%40email.com&password=plaintext",
		&better{401, detail(badCredentials), "a hash that belongs to no password is a wrong password"})
	post("1500 form fields", goodLogin+strings.Repeat("&x=y", 1500), nil)
	return all
}
