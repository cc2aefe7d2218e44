package httpapi

import "github.com/labstack/echo/v4"

// postRefreshToken answers POST /auth/token/refresh_token. The body is not read.
func (a *API) postRefreshToken(c echo.Context) error {
	raw, err := bearer(c.Request().Header)
	if err != nil {
		return err
	}
	token, err := a.refresh.Do(c.Request().Context(), raw, client(c))
	if err != nil {
		return err
	}
	a.grant(c, token)
	return nil
}
