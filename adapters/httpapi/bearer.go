package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// bearer returns the token in the first Authorization header: everything after the first space behind the word Bearer
// in any letter case. A token is taken from nowhere else (RFC 6750 §2.2 and §2.3 are not offered).
// errNotAuthenticated if there are no bearer credentials, domain.ErrTokenInvalid if what follows cannot be a token.
func bearer(header http.Header) (string, error) {
	scheme, token, _ := strings.Cut(header.Get("Authorization"), " ")
	switch {
	case !strings.EqualFold(scheme, "bearer"):
		return "", errNotAuthenticated
	case !domain.WellFormed(token):
		return "", domain.ErrTokenInvalid
	default:
		return token, nil
	}
}

// unlessRefused returns why the bearer of raw is refused, and err if there is no such reason: what is wrong with a
// request is only told to somebody who may make it.
func (a *API) unlessRefused(c echo.Context, raw string, err error) error {
	// A body that came too slowly has ended the request's context, and says nothing about the store.
	ctx := context.WithoutCancel(c.Request().Context())
	if _, refusal := a.do.Authenticate.Do(ctx, raw, client(c)); refusal != nil {
		return refusal
	}
	return err
}

// credentials returns the token that a request to a protected endpoint presents, or why there is none: what bearer
// returns if there is an Authorization header at all, else what cookieToken returns.
func (a *API) credentials(c echo.Context) (string, error) {
	r := c.Request()
	if _, sent := r.Header[echo.HeaderAuthorization]; sent {
		return bearer(r.Header)
	}
	return a.cookieToken(r)
}
