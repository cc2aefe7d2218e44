package httpapi

import (
	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// postToken answers POST /auth/token. Name and password go to the use case exactly as they came.
func (a *API) postToken(c echo.Context) error {
	form, err := a.readForm(c)
	if err != nil {
		return err
	}
	if err := form.check(); err != nil {
		return err
	}
	token, err := a.login.Do(c.Request().Context(), form.username.text, domain.NewSecret(form.password.text), client(c))
	if err != nil {
		return err
	}
	a.grant(c, token)
	return nil
}

// field is one field of a form. A file has no text.
type field struct {
	text        string
	given, file bool
}

// loginForm holds the fields of the form that mean something (RFC 6749 §4.3.2). Others are ignored.
type loginForm struct{ grantType, username, password field }

// set keeps a field. Of a field that is given several times the last counts.
func (f *loginForm) set(name string, value field) {
	value.given = true
	switch name {
	case "grant_type":
		f.grantType = value
	case "username":
		f.username = value
	case "password":
		f.password = value
	}
}

// formError lists what is wrong with a form, as JSON objects in the original's shape.
type formError struct{ entries []byte }

func (formError) Error() string { return errFormInvalid.Error() }

func (e formError) body() []byte {
	return append(append([]byte(`{"detail":[`), e.entries[1:]...), ']', '}')
}

// check returns a formError unless the form can be tried. Only grant_type is ever echoed: people type passwords into
// the other fields.
func (f loginForm) check() error {
	var entries []byte
	if f.grantType.given {
		entries = f.grantType.checkGrantType(entries)
	}
	entries = f.username.checkText(entries, "username")
	entries = f.password.checkText(entries, "password")
	if entries == nil {
		return nil
	}
	return formError{entries}
}

// maxEcho is the length of the longest grant_type that is repeated, in bytes: no real one is longer.
const maxEcho = 255

func (f field) checkGrantType(entries []byte) []byte {
	switch {
	case f.file:
		return f.checkText(entries, "grant_type")
	case f.text == "password":
		return entries
	}
	entries = append(entries, `,{"type":"string_pattern_mismatch","loc":["body","grant_type"],`+
		`"msg":"String should match pattern '^password$'","input":`...)
	if len(f.text) > maxEcho {
		entries = append(entries, "null"...)
	} else {
		entries = appendJSON(entries, f.text)
	}
	return append(entries, `,"ctx":{"pattern":"^password$"}}`...)
}

func (f field) checkText(entries []byte, name string) []byte {
	var kind, msg string
	switch {
	case !f.given:
		kind, msg = "missing", "Field required"
	case f.file:
		kind, msg = "string_type", "Input should be a valid string"
	default:
		return entries
	}
	return append(entries, `,{"type":"`+kind+`","loc":["body","`+name+`"],"msg":"`+msg+`","input":null}`...)
}
