package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// crossSite returns what tells requests that a page of another site made a browser send. Pages of the origins may.
func crossSite(origins []string) *http.CrossOriginProtection {
	check := http.NewCrossOriginProtection()
	for _, origin := range origins {
		// One that is none is not trusted, so there is nothing to do about the error.
		_ = check.AddTrustedOrigin(origin)
	}
	return check
}

// refuseCrossSite refuses with errCrossSite what a page of another site made a browser send without asking its user: it
// could end a session, or log the user in to an account of the attacker's. Whoever sends an Authorization header is
// let through: a browser adds none to the request of a page that may not set it.
func (a *API) refuseCrossSite(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if _, sent := r.Header[echo.HeaderAuthorization]; !sent && a.crossSite.Check(r) != nil {
			return errCrossSite
		}
		return next(c)
	}
}
