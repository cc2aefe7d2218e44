package httpapi

import (
	"io"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/application"
)

// postRefreshToken answers POST /auth/token/refresh_token. The body means nothing.
func (a *API) postRefreshToken(c echo.Context) error {
	var grant application.Grant
	err := recovered(func(c echo.Context) (err error) {
		grant, err = a.refresh(c)
		return err
	}, c)
	a.meter.Refreshed(refreshOutcome(c, grant, err))
	if err != nil {
		return err
	}
	a.grant(c, grant)
	return nil
}

func (a *API) refresh(c echo.Context) (application.Grant, error) {
	raw, err := a.credentials(c)
	if err != nil {
		return application.Grant{}, err
	}
	skipSmallBody(c)
	return a.do.RefreshToken.Do(c.Request().Context(), raw, client(c))
}

// smallBody is the size of a body that is worth reading to keep a connection, in bytes.
const smallBody = 1 << 10

// skipSmallBody reads a small body to its end, so that the connection can take another request: many clients send an
// empty object where nothing is wanted. One that announces a body and does not send it waits for itself.
func skipSmallBody(c echo.Context) {
	r := c.Request()
	if r.ContentLength <= 0 || r.ContentLength > smallBody || r.Header.Get("Expect") != "" {
		return
	}
	if _, err := io.Copy(io.Discard, r.Body); err == nil {
		c.Response().Header().Del(echo.HeaderConnection)
	}
}
