package jwtsign_test

import (
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// with puts members into a payload that is good without them.
func with(members string) string { return strings.TrimSuffix(goodPayload, "}") + "," + members + "}" }

func TestRead_TakesThesePayloads(t *testing.T) {
	at := func(s int64) time.Time { return time.Unix(s, 0).UTC() }
	for payload, change := range map[string]func(*domain.Claims){
		goodPayload: func(*domain.Claims) {},
		`{ "exp" : 1772368200 ,` + "\r\n\t" + `"sub" : "maria@email.com" }`: func(*domain.Claims) {},
		`{"s\u0075b":"mar\u0069a@email.com","exp":1772368200}`:              func(*domain.Claims) {},
		with(`"jti":"x","uid":"1"`):                                         func(*domain.Claims) {},
		with(`"role":"ADMIN","SCOPE":null,"x":{"sub":1,"sub":2}`):           func(*domain.Claims) {},
		with(`"x\":{":"\\\"}:{[,","y":[{"a":{"b":[":"]}},":"],"z":{}`):      func(*domain.Claims) {},
		with(`"iat":0,"nbf":0.9`):                                           func(c *domain.Claims) { c.IssuedAt, c.NotBefore = at(0), at(0) },
		with(`"iat":1.772e9,"nbf":17.59E+1`):                                func(c *domain.Claims) { c.IssuedAt, c.NotBefore = at(1772000000), at(175) },
		with(`"iss":"i","aud":"a"`):                                         func(c *domain.Claims) { c.Issuer, c.Audience = "i", []string{"a"} },
		with(`"aud":[ "a" , "b" ]`):                                         func(c *domain.Claims) { c.Audience = []string{"a", "b"} },
		with(`"aud":["a","a"]`):                                             func(c *domain.Claims) { c.Audience = []string{"a", "a"} },
		with(`"sid":"s","jti":"j","uid":"u"`):                               func(c *domain.Claims) { c.SessionID, c.ID, c.UserID = "s", "j", "u" },
		`{"sub":"\ud83d\ude00\ufffd\\ud800","exp":1}`:                       func(c *domain.Claims) { c.Subject, c.ExpiresAt = "😀\ufffd\\ud800", at(1) },
		`{"sub":"maria@email.com","exp":1772368200.9999999999999}`:          func(*domain.Claims) {},
		`{"sub":"maria@email.com","exp":1772368200.0}`:                      func(*domain.Claims) {},
		`{"sub":"maria@email.com","exp":253402300799.9}`:                    func(c *domain.Claims) { c.ExpiresAt = at(253402300799) },
		`{"sub":"maria@email.com","exp":0}`:                                 func(c *domain.Claims) { c.ExpiresAt = at(0) },
	} {
		want := goodClaims()
		change(&want)
		t.Run(payload, func(t *testing.T) { wantClaims(t, newSigner(), forge(goodHeader, payload), want) })
	}
}

func TestRead_RefusesTheseTimes(t *testing.T) {
	for _, value := range []string{
		`"1772368200"`, `"soon"`, `""`, `null`, `true`, `false`, `[1772368200]`, `{"exp":1}`, `[]`, `NaN`, `Infinity`, `-Infinity`,
		`-1`, `-0.5`, `-1e3`, `-1e400`, `1e400`, `1e12`, `1e999999999`, `1e-999999999999999999999x`, `253402300800`, `253402300800.0`,
		`2.534023008e11`, `9223372036854775807`, `9223372036854775808`, `18446744073709551617`, `1` + strings.Repeat("0", 400),
		`01`, `+1`, `1.`, `.5`, `0x10`, `1_000`, `1e`,
	} {
		t.Run(value, func(t *testing.T) {
			wantRefused(t, newSigner(), forge(goodHeader, `{"sub":"maria@email.com","exp":`+value+`}`))
			wantRefused(t, newSigner(), forge(goodHeader, with(`"iat":`+value)))
			wantRefused(t, newSigner(), forge(goodHeader, with(`"nbf":`+value)))
		})
	}
}

func TestRead_RefusesTheseTexts(t *testing.T) {
	tracked := map[string]string{"sub": `"m"`, "sid": `"s"`, "jti": `"j"`, "uid": `"u"`, "iss": `"i"`, "aud": `"a"`, "exp": "1"}
	for name := range tracked {
		for _, value := range []string{
			`""`, `null`, `true`, `{}`, `[]`, `[null]`, `["a",""]`, `["a",1]`, `[["a"]]`, `"\ud800"`, `"\udc00\ud800"`, `"\ud800x"`,
			`"\ud800\u0041"`, `"\uD83D\\ude00"`, "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"", `"a\u0000"`, `"a\n"`, "\"a\nb\"",
		} {
			t.Run(name+"="+value, func(t *testing.T) {
				payload := `{"` + name + `":` + value
				for other, good := range tracked {
					if other != name {
						payload += `,"` + other + `":` + good
					}
				}
				wantRefused(t, newSigner(), forge(goodHeader, payload+"}"))
			})
		}
	}
}

func TestRead_RefusesThesePayloads(t *testing.T) {
	for _, payload := range []string{
		``, `null`, `[]`, `"x"`, `1`, `not JSON`, `{}`, `[` + goodPayload + `]`, goodPayload + `x`, goodPayload + goodPayload,
		goodPayload[1:], goodPayload[:len(goodPayload)-1], "\ufeff" + goodPayload, goodPayload + "\x00", with(``), with(`"x":"\xff"`),
		`{"sub":"maria@email.com"}`, `{"exp":1772368200}`, `{"sub":7,"exp":1772368200}`, `{"sub":["m"],"exp":1772368200}`,
		with(`"sub":"maria@email.com"`), with(`"sub":"admin@email.com"`), with(`"exp":1772368200`), with(`"exp":9999999999`),
		with(`"s\u0075b":"x"`), with(`"Sub":"x"`), with(`"SUB":"x"`), with(`"\u017fub":"x"`), with(`"Exp":1`), with(`"iaT":1`),
		with(`"Nbf":1`), with(`"JTI":"x"`), with(`"Sid":"x"`), with(`"uId":"x"`), with(`"ISS":"x"`), with(`"Aud":"x"`),
		with(`"x":1,"x":1`), with(`"x":{"y":1},"z":"\\","x":[]`), with(`"x\\":1,"x\\":1`), with(`"x":1,"\u0078":1`), with(`"":1,"":1`), with(`"x":"\ud800"`), with(`"\udfff":1`),
		with("\"x\":\"\xff\""), with("\"\xff\":1"), with(`"x":["\ud800"]`), with(`"x":{"\ud800":1}`),
		with(`"jti":1`), with(`"uid":1`), with(`"sid":1`), with(`"iss":1`), with(`"aud":1`), with(`"aud":{"a":1}`), with(`"aud":[]`),
		with(`"sid":"s"`), with(`"sid":"s","jti":"j"`), with(`"sid":"s","uid":"u"`), with(`"sid":"","jti":"j","uid":"u"`),
		with(`"sid":"s","jti":"","uid":"u"`), with(`"sid":"s","jti":"j","uid":""`), with(`"x":` + strings.Repeat("[", 2000)),
	} {
		t.Run(payload, func(t *testing.T) { wantRefused(t, newSigner(), forge(goodHeader, payload)) })
	}
}

func TestRead_TakesATokenOfTheLargestSizeOnly(t *testing.T) {
	for _, c := range []struct {
		fill   int
		length int
	}{{2962, 4096}, {2963, 4097}} {
		token := forge(goodHeader, with(`"x":"`+strings.Repeat("a", c.fill)+`"`))
		if len(token) != c.length {
			t.Fatalf("the token has %d bytes, want %d", len(token), c.length)
		}
		if c.length <= domain.MaxTokenLength {
			wantClaims(t, newSigner(), token, goodClaims())
		} else {
			wantRefused(t, newSigner(), token)
		}
	}
}
