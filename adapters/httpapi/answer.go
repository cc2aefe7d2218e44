package httpapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// send writes a whole answer. That the client is gone meanwhile is nobody's concern.
func (a *API) send(c echo.Context, status int, body []byte) {
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	header.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
	if a.draining.Load() {
		header.Set(echo.HeaderConnection, "close")
	}
	c.Response().WriteHeader(status)
	_, _ = c.Response().Write(body)
}

// refuse writes the answer to an error.
func (a *API) refuse(c echo.Context, with answer) {
	header := c.Response().Header()
	if with.challenge != "" {
		header.Set(echo.HeaderWWWAuthenticate, with.challenge)
	}
	if with.retry {
		header.Set(echo.HeaderRetryAfter, strconv.Itoa(a.settings.RetryAfter))
	}
	a.send(c, with.status, with.body)
}

// grant writes the answer that carries a token.
func (a *API) grant(c echo.Context, token string) {
	header := c.Response().Header()
	// RFC 6749 §5.1: neither a cache nor a proxy may keep a token.
	header.Set(echo.HeaderCacheControl, "no-store")
	header.Set("Pragma", "no-cache")
	body := appendJSON([]byte(`{"access_token":`), token)
	a.send(c, http.StatusOK, append(body, `,"token_type":"bearer"}`...))
}

func detail(text string) []byte {
	return append(appendJSON([]byte(`{"detail":`), text), '}')
}

const hexDigits = "0123456789abcdef"

// appendJSON appends text as a JSON string that escapes only what it must, as the original did. The standard library
// would escape U+2028 and U+2029 too.
func appendJSON(b []byte, text string) []byte {
	b = append(b, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= ' ':
			b = append(b, string(r)...)
		case strings.ContainsRune("\b\f\n\r\t", r):
			b = append(b, '\\', "btn fr"[r-'\b'])
		default:
			b = append(b, `\u00`...)
			b = append(b, hexDigits[r>>4], hexDigits[r&15])
		}
	}
	return append(b, '"')
}
