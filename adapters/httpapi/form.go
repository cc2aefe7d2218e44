package httpapi

import (
	"errors"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/labstack/echo/v4"
)

// readForm reads the login form from the body, never from the query string. A body of another type is an empty form.
// errTooLarge, errTooSlow, errNoBoundary or errBadBody.
func (a *API) readForm(c echo.Context) (loginForm, error) {
	body, err := a.readBody(c)
	if err != nil {
		return loginForm{}, err
	}
	switch mediaType(c) {
	case echo.MIMEApplicationForm:
		return parseURLEncoded(string(body)), nil
	case echo.MIMEMultipartForm:
		return parseMultipart(c.Request().Header.Get(echo.HeaderContentType), body)
	default:
		return loginForm{}, nil
	}
}

// mediaType returns what the request says its body is, in lower case and without parameters.
func mediaType(c echo.Context) string {
	name, _, _ := strings.Cut(c.Request().Header.Get(echo.HeaderContentType), ";")
	return strings.ToLower(strings.TrimSpace(name))
}

// readBody returns the whole body, so that the connection can take another request if it was told how long the body is.
func (a *API) readBody(c echo.Context) ([]byte, error) {
	r := c.Request()
	if r.ContentLength > a.settings.BodyLimit {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, a.settings.BodyLimit+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errTooSlow
	case err != nil:
		return nil, errBadBody
	case int64(len(body)) > a.settings.BodyLimit:
		return nil, errTooLarge
	}
	if r.ContentLength >= 0 {
		// Not after a chunked body. RFC 9112 §6.1: one that was announced with a length too may be an attempt to smuggle a
		// request past a proxy that went by the length, and the standard library does not tell us of it.
		keepConnection(c)
	}
	return body, nil
}

func parseURLEncoded(body string) loginForm {
	var form loginForm
	for name, value := range pairs(body) {
		form.set(name, field{text: value})
	}
	return form
}

// pairs returns the names and values of a form as browsers write it (WHATWG URL, application/x-www-form-urlencoded): only
// & separates, + is a space, and a percent sign that begins no escape stays. The standard library refuses the latter and
// drops what has a semicolon in it, and with it a password such as "100%;x".
func pairs(text string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for pair := range strings.SplitSeq(text, "&") {
			name, value, _ := strings.Cut(pair, "=")
			if !yield(unescape(name), unescape(value)) {
				return
			}
		}
	}
}

// values returns what such a form, or a query, says under one name.
func values(text, name string) []string {
	var all []string
	for n, value := range pairs(text) {
		if n == name {
			all = append(all, value)
		}
	}
	return all
}

func unescape(text string) string {
	if !strings.ContainsAny(text, "+%") {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '+':
			out = append(out, ' ')
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			out = append(out, fromHex(text[i+1])<<4|fromHex(text[i+2]))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func fromHex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	// Upper and lower case letters differ in the bit 0x20.
	return c | 0x20 - 'a' + 10
}
