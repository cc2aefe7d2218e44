package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// This is own code because Echo's middleware answers 204 to every OPTIONS, whoever asks for whatever, and past send,
// which closes connections while the service drains. Everything that decides would have to stand in a function that
// skips it, and setting constant headers would be left to it. rs/cors does not know which route has which methods.

var (
	varyOrigin     = []string{echo.HeaderOrigin}
	withCookies    = []string{"true"}
	exposedHeaders = []string{"X-Request-ID, Retry-After"}
	allowedHeaders = []string{"Authorization, Content-Type, X-Request-ID"}
	// preflightAge is how long a browser may remember a preflight, in seconds.
	preflightAge = []string{"600"}
)

// share lets the pages of the configured origins read the answer, a refusal or a fault too (Fetch standard, "CORS
// protocol"). An OPTIONS that is no preflight is nothing that a page needs.
func (a *API) share(r *http.Request, header http.Header) {
	if len(a.settings.Origins) == 0 {
		return
	}
	// Also on the answer to a request without an Origin: a cache would else hand it to a page that then cannot read it.
	header[echo.HeaderVary] = varyOrigin
	if r.Method != http.MethodOptions {
		a.allowOrigin(r, header)
	}
}

// allowOrigin reports whether the request comes from a page of a configured origin, and if so allows the page to read
// the answer.
func (a *API) allowOrigin(r *http.Request, header http.Header) bool {
	origin := r.Header.Get(echo.HeaderOrigin)
	if !slices.Contains(a.settings.Origins, origin) {
		return false
	}
	header[echo.HeaderAccessControlAllowOrigin] = []string{origin}
	header[echo.HeaderAccessControlAllowCredentials] = withCookies
	if r.Method != http.MethodOptions {
		header[echo.HeaderAccessControlExposeHeaders] = exposedHeaders
	}
	return true
}

// preflight answers a browser that asks whether a page may use one of the methods on a route. Any other request goes
// on: an OPTIONS is one of the methods that the route does not have.
func (a *API) preflight(methods []string) echo.MiddlewareFunc {
	allowedMethods := []string{strings.Join(methods, ", ")}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r, header := c.Request(), c.Response().Header()
			wanted := r.Header.Get(echo.HeaderAccessControlRequestMethod)
			if r.Method != http.MethodOptions || !slices.Contains(methods, wanted) || !a.allowOrigin(r, header) {
				return next(c)
			}
			header[echo.HeaderAccessControlAllowMethods] = allowedMethods
			header[echo.HeaderAccessControlAllowHeaders] = allowedHeaders
			header[echo.HeaderAccessControlMaxAge] = preflightAge
			a.sendEmpty(c, http.StatusNoContent)
			return nil
		}
	}
}
