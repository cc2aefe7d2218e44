package jwtsign

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// appendPayload appends what a token says as compact JSON, just as encoding/json would write it: a token is signed for
// every refresh. Times are whole seconds. One audience is a plain string and not a list: RFC 7519 §4.1.3 allows it, and
// some readers understand nothing else. readPlain knows the order.
func appendPayload(b []byte, c domain.Claims) []byte {
	b = append(b, '{')
	b = appendText(b, `"iss":`, c.Issuer)
	b = appendText(b, `"sub":`, c.Subject)
	b = appendSeconds(b, `"exp":`, c.ExpiresAt)
	b = appendSeconds(b, `"nbf":`, c.NotBefore)
	b = appendSeconds(b, `"iat":`, c.IssuedAt)
	b = appendText(b, `"jti":`, string(c.ID))
	switch len(c.Audience) {
	case 0:
	case 1:
		b = appendText(b, `"aud":`, c.Audience[0])
	default:
		b = append(append(b, `"aud":`...), mustJSON(c.Audience)...)
		b = append(b, ',')
	}
	b = appendText(b, `"sid":`, c.SessionID)
	b = appendText(b, `"uid":`, c.UserID)
	// Every token has an exp, so there is a comma to end instead.
	b[len(b)-1] = '}'
	return b
}

func appendText(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	b = append(b, name...)
	if plainLength(text) == len(text) {
		b = append(append(append(b, '"'), text...), '"')
	} else {
		b = append(b, mustJSON(text)...)
	}
	return append(b, ',')
}

func appendSeconds(b []byte, name string, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	return append(strconv.AppendInt(append(b, name...), t.Unix(), 10), ',')
}

// mustJSON is for texts and lists of them, which JSON can always say.
func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

// plainLength returns how many bytes text begins with that stand for themselves in JSON and that nobody escapes:
// printable ASCII but for quotes, backslashes and what encoding/json keeps out of HTML.
func plainLength(text string) int {
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return i
		}
	}
	return len(text)
}

// plain reads a JSON object member by member, in an order that is known. Whatever is not as appendPayload writes it, or
// is escaped, is left for a reader that knows all of JSON.
type plain struct {
	rest string
	// before is what stands before the next member.
	before byte
}

// readPlain returns what a payload says that has nothing but members as appendPayload writes them, in their order, each
// once at most. Of any other it says nothing, also if it is valid.
func readPlain(text string) (domain.Claims, bool) {
	p := plain{rest: text, before: '{'}
	c := domain.Claims{Issuer: p.text(`"iss":"`), Subject: p.text(`"sub":"`)}
	c.ExpiresAt, c.NotBefore, c.IssuedAt = p.instant(`"exp":`), p.instant(`"nbf":`), p.instant(`"iat":`)
	c.ID = domain.TokenID(p.text(`"jti":"`))
	if audience := p.text(`"aud":"`); audience != "" {
		c.Audience = []string{audience}
	}
	c.SessionID, c.UserID = p.text(`"sid":"`), p.text(`"uid":"`)
	return c, p.rest == "}" && complete(c)
}

// next reports whether the next member begins with name, and passes over that.
func (p *plain) next(name string) bool {
	n := 1 + len(name)
	if len(p.rest) <= n || p.rest[0] != p.before || p.rest[1:n] != name {
		return false
	}
	p.rest, p.before = p.rest[n:], ','
	return true
}

func (p *plain) text(name string) string {
	if !p.next(name) {
		return ""
	}
	n := plainLength(p.rest)
	if n == 0 || n == len(p.rest) || p.rest[n] != '"' {
		p.rest = ""
		return ""
	}
	text := p.rest[:n]
	p.rest = p.rest[n+1:]
	return text
}

// maxDigits is the length of lastSecond.
const maxDigits = 12

func (p *plain) instant(name string) time.Time {
	if !p.next(name) {
		return time.Time{}
	}
	n, seconds := 0, int64(0)
	for n < len(p.rest) && n < maxDigits && p.rest[n] >= '0' && p.rest[n] <= '9' {
		seconds = 10*seconds + int64(p.rest[n]-'0')
		n++
	}
	// JSON has no leading zeros.
	if n == 0 || n > 1 && p.rest[0] == '0' {
		p.rest = ""
		return time.Time{}
	}
	p.rest = p.rest[n:]
	return time.Unix(seconds, 0).UTC()
}
