package e2e

import (
	"fmt"
	"strings"
	"time"
)

// originalTokens makes tokens of the original's, each another one.
type originalTokens struct{ made int }

func (o *originalTokens) exp() int64 {
	o.made++
	return time.Now().Unix() + 600 + int64(o.made)
}

// good is a token of maria's.
func (o *originalTokens) good() string { return o.with("") }

// with is a token of maria's with further claims, such as `,"iss":"x"`.
func (o *originalTokens) with(more string) string {
	return forge(secretKey, jwtHeader, fmt.Sprintf(`{"sub":"maria@email.com","exp":%d%s}`, o.exp(), more))
}

// exps is one whose exp is this JSON, sub one whose sub is, header one with this header.
func (o *originalTokens) exps(json string) string {
	return forge(secretKey, jwtHeader, `{"sub":"maria@email.com","exp":`+json+`}`)
}

func (o *originalTokens) sub(json string) string {
	return forge(secretKey, jwtHeader, fmt.Sprintf(`{"sub":%s,"exp":%d}`, json, o.exp()))
}

func (o *originalTokens) header(json string) string {
	return forge(secretKey, json, fmt.Sprintf(`{"sub":"maria@email.com","exp":%d}`, o.exp()))
}

// signature is one whose signature was changed.
func (o *originalTokens) signature(change func(string) string) string {
	token := o.good()
	at := strings.LastIndexByte(token, '.') + 1
	return token[:at] + change(token[at:])
}

// padBits changes bits of the last character that decode to nothing.
func padBits(signature string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(signature) - 1
	return signature[:last] + string(alphabet[strings.IndexByte(alphabet, signature[last])^1])
}

// refreshCases are the requests of the recorded refreshes.
func refreshCases(s *service) []contractCase {
	const path = "/auth/token/refresh_token"
	o := &originalTokens{}
	var all []contractCase
	add := func(name, method, path, body string, b *better, header ...string) {
		all = append(all, contractCase{"refresh: " + name, method, path, header, body, b})
	}
	bearer := func(name, credentials string, b *better) {
		add(name, "POST", path, "", b, "Authorization: "+credentials)
	}
	token := func(name, token string, b *better) { bearer(name, "Bearer "+token, b) }
	bad := func(reason string) *better { return &better{401, detail(badToken), reason} }
	fault := bad("what is wrong with a token is no failure of the service")

	token("ok", o.good(), nil)
	add("ok, with body", "POST", path, `{"a":1}`, nil, "Authorization: Bearer "+o.good())
	add("ok, malformed JSON body", "POST", path, `{"a":`, nil, "Authorization: Bearer "+o.good(), "Content-Type: application/json")
	add("trailing slash", "POST", path+"/", "", &better{200, granting, "no redirect"}, "Authorization: Bearer "+o.good())
	add("GET", "GET", path, "", nil, "Authorization: Bearer "+o.good())
	add("GET no header", "GET", path, "", nil)
	add("HEAD", "HEAD", path, "", nil)
	add("OPTIONS", "OPTIONS", path, "", nil)
	add("PUT", "PUT", path, "", nil)
	add("no Authorization header", "POST", path, "", nil)
	bearer("Authorization empty", "", nil)
	bearer(`scheme only "Bearer"`, "Bearer", nil)
	bearer(`"Bearer " empty token`, "Bearer ", nil)
	bearer("Basic scheme", "Basic bWFyaWE6eA==", nil)
	bearer("Token scheme", "Token "+o.good(), nil)
	bearer("bare token without scheme", o.good(), nil)
	bearer("lower-case bearer", "bearer "+o.good(), nil)
	bearer("BEARER", "BEARER "+o.good(), nil)
	bearer("two spaces after Bearer", "Bearer  "+o.good(), nil)
	bearer("tab after Bearer", "Bearer\t"+o.good(), nil)
	bearer("trailing space after token", "Bearer "+o.good()+" ",
		&better{200, granting, "RFC 9110 §5.5: white space after a field's value is not part of it"})
	bearer("token + extra word", "Bearer "+o.good()+" x", nil)
	bearer("token + comma", "Bearer "+o.good()+",", nil)
	add("two Authorization headers (good,bad)", "POST", path, "", nil, "Authorization: Bearer "+o.good(), "Authorization: Bearer abc")
	add("two Authorization headers (bad,good)", "POST", path, "", nil, "Authorization: Bearer abc", "Authorization: Bearer "+o.good())
	add("token in query ?access_token=", "POST", path+"?access_token="+o.good(), "", nil)
	add("token in form body", "POST", path, "access_token="+o.good(), nil, form)
	add("token in cookie", "POST", path, "", nil, "Cookie: access_token="+o.good())
	token(`garbage token "abc"`, "abc", nil)
	token(`garbage "a.b.c"`, "a.b.c", nil)
	token(`garbage ".."`, "..", nil)
	token("4 segments", o.good()+".x", nil)
	token("2 segments", "a.b", nil)
	token("non-ASCII token (latin-1 byte)", "\xe9.b.c", nil)
	token("wrong signature (other key)", untrackedBy("another key of more than thirty-two bytes", originalMaria, time.Minute), nil)
	token("signature truncated", o.signature(func(s string) string { return s[:20] }), nil)
	lax := bad("one token has one spelling, or it could be presented twice under two")
	token("signature last char changed (pad bits)", o.signature(padBits), lax)
	token("padded base64 (=) in signature", o.signature(func(s string) string { return s + "=" }), lax)
	token("empty signature", o.signature(func(string) string { return "" }), nil)
	token("payload tampered", strings.Replace(o.good(), ".eyJ", ".eyK", 1), nil)
	for name, header := range map[string]string{
		"alg=none, no sig": `{"alg":"none","typ":"JWT"}`, "alg=None": `{"alg":"None","typ":"JWT"}`, "alg missing": `{"typ":"JWT"}`,
		"alg=HS512 right key": `{"alg":"HS512","typ":"JWT"}`, "alg=RS256": `{"alg":"RS256","typ":"JWT"}`,
		"alg=hs256 lower case": `{"alg":"hs256","typ":"JWT"}`,
	} {
		token(name, o.header(header), fault)
	}
	token("no typ in header", o.header(`{"alg":"HS256"}`), nil)
	token("typ=at+jwt", o.header(`{"alg":"HS256","typ":"at+jwt"}`), nil)
	token("crit header", o.header(`{"alg":"HS256","typ":"JWT","crit":["exp"]}`), bad("RFC 7515 §4.1.11: what is critical and not understood is refused"))
	token("kid int", o.header(`{"alg":"HS256","typ":"JWT","kid":1}`), nil)
	token("kid string", o.header(`{"alg":"HS256","typ":"JWT","kid":"1"}`), nil)
	token("b64=false header", o.header(`{"alg":"HS256","typ":"JWT","b64":false}`), nil)
	now := time.Now().Unix()
	token("expired 1 s ago", o.exps(fmt.Sprint(now-1)), fault)
	token("expired 1 day ago", o.exps(fmt.Sprint(now-86400)), fault)
	token("expired AND wrong signature", untrackedBy("another key of more than thirty-two bytes", originalMaria, -time.Minute), nil)
	token("expired, unknown user", untracked("nobody@email.com", -time.Minute), fault)
	token("exp == now", o.exps(fmt.Sprint(now)), fault)
	token("no exp", forge(secretKey, jwtHeader, `{"sub":"maria@email.com"}`), bad("a token without an end is none of the original's own"))
	token("exp 10 years ahead", o.exps(fmt.Sprint(now+315360000)), bad("a token of any age may be older than its account"))
	token("exp float", o.exps(fmt.Sprintf("%d.5", o.exp())), nil)
	token("exp numeric string", o.exps(fmt.Sprintf(`"%d"`, o.exp())), bad("RFC 7519 §2: a NumericDate is a number"))
	token(`exp text "soon"`, o.exps(`"soon"`), nil)
	for name, exp := range map[string]string{"exp null": "null", "exp list": "[1]", "exp huge 1e400 (inf)": "1e400", "exp true": "true"} {
		token(name, o.exps(exp), fault)
	}
	token("exp NaN", o.exps("NaN"), nil)
	token("nbf in future", o.with(fmt.Sprintf(`,"nbf":%d`, now+300)), fault)
	token("iat in future", o.with(fmt.Sprintf(`,"iat":%d`, now+300)), fault)
	token("iat text", o.with(`,"iat":"now"`), fault)
	token("aud present", o.with(`,"aud":"x"`), fault)
	token("iss present", o.with(`,"iss":"x"`), nil)
	token("jti present", o.with(`,"jti":"x"`), nil)
	token("jti int", o.with(`,"jti":1`), fault)
	token("no sub", forge(secretKey, jwtHeader, fmt.Sprintf(`{"exp":%d}`, o.exp())), nil)
	token("sub empty", o.sub(`""`), nil)
	token("sub null", o.sub("null"), fault)
	token("sub int", o.sub("1"), fault)
	token("sub list", o.sub(`["maria@email.com"]`), fault)
	token("sub with NUL", o.sub(`"maria@email.com\u0000"`), fault)
	token("sub lone surrogate", o.sub(`"\ud800"`), fault)
	token("payload not object", forge(secretKey, jwtHeader, `["maria@email.com"]`), nil)
	token("payload not JSON", forge(secretKey, jwtHeader, `maria`), nil)
	token("payload empty", forge(secretKey, jwtHeader, ``), nil)
	token("payload duplicate sub keys (maria, admin)", o.with(`,"sub":"admin@vidaplus.com"`), bad("two readers would see two users"))
	// As deep as a header may be long: past that it is 431, before any handler.
	token("payload deeply nested 100k", forge(secretKey, jwtHeader, strings.Repeat("[", 40000)), fault)
	token("user does not exist", o.sub(`"nobody@email.com"`), nil)
	token("sub in other letter case", o.sub(`"MARIA@EMAIL.COM"`), &better{200, granting, "the only account whose address differs in letter case alone"})
	token("inactive user", o.sub(`"inativo@email.com"`), bad("an inactive user is refused"))
	token("non-ASCII sub", o.sub(`"josé@email.com"`), nil)
	s.AddUser("gone@email.com", mariasPassword)
	gone := s.login("gone@email.com", mariasPassword).token(s.T)
	s.Must("", "users", "remove", "gone@email.com")
	token("user deleted after login", gone, nil)
	reused := o.good()
	s.refreshed(s.refreshed(reused))
	token("old token reused after refresh", reused, bad("a copy of a token that was replaced is worth nothing"))
	token("token 20 KiB header", strings.Repeat("a", 20<<10), nil)
	token("token 70 KiB header", strings.Repeat("a", 70<<10), nil)
	add("unknown path", "POST", "/auth/token/nowhere", "", nil)
	return all
}
