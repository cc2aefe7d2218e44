package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/application"
)

// postLogout answers POST /auth/logout. The body means nothing.
func (a *API) postLogout(c echo.Context) error {
	scope, wrong := logoutScope(c.Request().URL.RawQuery)
	err := a.logOut(c, scope, wrong)
	if wrong == nil && scope != application.LogoutOthers {
		a.forgetCookieAfter(c, err)
	}
	if err != nil {
		return err
	}
	a.sendEmpty(c, http.StatusNoContent)
	return nil
}

// logOut ends the sessions in scope unless something is wrong with the query.
func (a *API) logOut(c echo.Context, scope application.LogoutScope, wrong error) error {
	raw, err := a.credentials(c)
	if err != nil {
		return err
	}
	leaveSmallBody(c)
	if wrong != nil {
		return a.unlessRefused(c, raw, wrong)
	}
	return a.do.Logout.Do(c.Request().Context(), raw, scope, client(c))
}

// logoutScope reads the query. A scope that is not understood is never taken for another: whoever asks for an end of
// all sessions must not be told that it is done when one has ended.
func logoutScope(query string) (application.LogoutScope, error) {
	given := values(query, "scope")
	if len(given) == 0 {
		return application.LogoutLocal, nil
	}
	const expected = "'local', 'others' or 'global'"
	wrong := flaw{
		Type: "literal_error", Loc: in("query", "scope"), Msg: "Input should be " + expected,
		Ctx: map[string]string{"expected": expected},
	}
	if len(given) == 1 {
		switch scope := application.LogoutScope(given[0]); scope {
		case application.LogoutLocal, application.LogoutOthers, application.LogoutGlobal:
			return scope, nil
		}
		wrong.Input = echoed(given[0])
	}
	return "", found(errQueryInvalid, wrong)
}
