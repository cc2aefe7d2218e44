package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// getKeys answers GET /.well-known/jwks.json: the public keys that tokens are verified with (RFC 7517).
func (a *API) getKeys(c echo.Context) error {
	set, err := a.do.PublishKeys.Do()
	if err != nil {
		return err
	}
	public(c)
	a.send(c, http.StatusOK, set)
	return nil
}
