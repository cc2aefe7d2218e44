package httpapi

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// postRevoke answers POST /auth/revoke (RFC 7009). RFC 7009 §2.2: what becomes of which token is not told.
func (a *API) postRevoke(c echo.Context) error {
	owner, err := a.revoker(c)
	if err != nil {
		return err
	}
	raw, wrong := a.readToken(c)
	// Also where there is no token to revoke: whoever asks is judged before what is asked.
	err = a.do.RevokeToken.Do(c.Request().Context(), raw, owner, client(c))
	switch {
	case domain.RefusesToken(err):
		return fmt.Errorf("%w: %w", errBearerRefused, err)
	case err != nil:
		return err
	case wrong != nil:
		return wrong
	}
	a.sendEmpty(c, http.StatusOK)
	return nil
}

// revoker returns the bearer token of whoever wants to revoke, "" for a client. A token is not taken from a cookie here:
// only clients and those who hold a token themselves use this endpoint. domain.ErrClientUnknown, domain.LimitedError or
// errBearerRefused.
func (a *API) revoker(c echo.Context) (string, error) {
	unknown := a.authenticateClient(c)
	if unknown == nil {
		return "", nil
	}
	token, err := bearer(c.Request().Header)
	switch {
	case errors.Is(err, errNotAuthenticated):
		return "", unknown
	case err != nil:
		return "", fmt.Errorf("%w: %w", errBearerRefused, err)
	default:
		return token, nil
	}
}
