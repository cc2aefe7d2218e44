package httpapi

import (
	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// postToken answers POST /auth/token.
func (a *API) postToken(c echo.Context) error {
	var grant application.Grant
	err := recovered(func(c echo.Context) (err error) {
		grant, err = a.logIn(c)
		return err
	}, c)
	a.meter.LoggedIn(loginOutcome(c, err))
	if err != nil {
		return err
	}
	a.grant(c, grant)
	return nil
}

// logIn hands name and password to the use case exactly as they came.
func (a *API) logIn(c echo.Context) (application.Grant, error) {
	form, err := a.readForm(c)
	if err != nil {
		return application.Grant{}, err
	}
	if err := form.check(); err != nil {
		return application.Grant{}, err
	}
	return a.do.Login.Do(c.Request().Context(), form.username.text, domain.NewSecret(form.password.text), client(c))
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

// check returns what is wrong unless the form can be tried. Only grant_type is ever echoed: people type passwords into
// the other fields.
func (f loginForm) check() error {
	var flaws []flaw
	if f.grantType.given {
		flaws = append(flaws, f.grantType.checkGrantType()...)
	}
	flaws = append(flaws, f.username.checkText("username")...)
	flaws = append(flaws, f.password.checkText("password")...)
	return found(errFormInvalid, flaws...)
}

func (f field) checkGrantType() []flaw {
	if f.file || f.text == "password" {
		return f.checkText("grant_type")
	}
	return []flaw{{
		Type: "string_pattern_mismatch", Loc: in("body", "grant_type"), Msg: "String should match pattern '^password$'",
		Input: echoed(f.text), Ctx: map[string]string{"pattern": "^password$"},
	}}
}

func (f field) checkText(name string) []flaw {
	switch {
	case !f.given:
		return []flaw{missing(in("body", name))}
	case f.file:
		return []flaw{notString(in("body", name))}
	default:
		return nil
	}
}
