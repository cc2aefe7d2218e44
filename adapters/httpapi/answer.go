package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// send writes a whole answer in JSON.
func (a *API) send(c echo.Context, status int, body []byte) {
	a.sendAs(c, status, echo.MIMEApplicationJSON, body)
}

// sendAs writes a whole answer. That the client is gone meanwhile is nobody's concern.
func (a *API) sendAs(c echo.Context, status int, mediaType string, body []byte) {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, mediaType)
	header.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	a.sendEmpty(c, status)
	_, _ = c.Response().Write(body)
}

// sendEmpty writes an answer that has no body, or whose body is yet to come.
func (a *API) sendEmpty(c echo.Context, status int) {
	if a.draining.Load() {
		c.Response().Header().Set(echo.HeaderConnection, "close")
	}
	c.Response().WriteHeader(status)
}

// publicFor is how long everybody may keep what is the same for all. It is less than domain.KeyLead, so that whoever
// asks again in time knows a key before it signs.
const publicFor = domain.KeyLead / 2

func public(c echo.Context) {
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age="+strconv.Itoa(int(publicFor.Seconds())))
}

// refuse writes the answer to an error.
func (a *API) refuse(c echo.Context, with answer) {
	header := c.Response().Header()
	for _, challenge := range with.challenges {
		header.Add(echo.HeaderWWWAuthenticate, challenge)
	}
	switch {
	case with.retry:
		header.Set(echo.HeaderRetryAfter, strconv.Itoa(a.settings.RetryAfter))
	case with.status == http.StatusTooManyRequests:
		// In seconds begun, so that whoever comes again as told is not too early.
		header.Set(echo.HeaderRetryAfter, strconv.Itoa(max(1, int((with.wait+time.Second-1)/time.Second))))
	}
	a.send(c, with.status, with.body)
}

// grant writes the answer that carries a token.
func (a *API) grant(c echo.Context, grant application.Grant) {
	// RFC 6749 §5.1 wants it beside Cache-Control.
	c.Response().Header().Set("Pragma", "no-cache")
	a.keepInCookie(c, grant)
	body := appendJSON([]byte(`{"access_token":`), grant.Token)
	a.send(c, http.StatusOK, append(body, `,"token_type":"bearer"}`...))
}

func detail(text string) []byte {
	return append(appendJSON([]byte(`{"detail":`), text), '}')
}

// instant writes a time as the commands do: in UTC, in whole seconds (RFC 3339).
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// encode returns value as compact JSON. It panics for what JSON cannot say, which only a mistake here could hand to it.
func encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// jsonText is a text from outside. It becomes JSON as appendJSON writes it.
type jsonText string

// MarshalJSON never fails.
func (t jsonText) MarshalJSON() ([]byte, error) { return appendJSON(nil, string(t)), nil }

// needsCare reports whether a character may be written in another way than it is: no character of a token.
func needsCare(r rune) bool { return r < ' ' || r >= utf8.RuneSelf || r == '"' || r == '\\' }

const hexDigits = "0123456789abcdef"

// appendJSON appends text as a JSON string that escapes only what it must, as the original did. The standard library
// would escape U+2028 and U+2029 too.
func appendJSON(b []byte, text string) []byte {
	plain := len(text)
	if i := strings.IndexFunc(text, needsCare); i >= 0 {
		plain = i
	}
	b = append(append(b, '"'), text[:plain]...)
	for _, r := range text[plain:] {
		switch {
		case r < utf8.RuneSelf && r >= ' ' && r != '"' && r != '\\':
			b = append(b, byte(r))
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= ' ':
			b = utf8.AppendRune(b, r)
		case strings.ContainsRune("\b\f\n\r\t", r):
			b = append(b, '\\', "btn fr"[r-'\b'])
		default:
			b = append(b, `\u00`...)
			b = append(b, hexDigits[r>>4], hexDigits[r&15])
		}
	}
	return append(b, '"')
}
