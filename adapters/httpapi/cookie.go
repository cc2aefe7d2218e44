package httpapi

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	// hostCookie is the name of the cookie that holds a token. RFC 6265bis §4.1.3.2: browsers let nobody set a cookie
	// with this prefix but the host itself over HTTPS, so no sibling subdomain and nobody on the network can plant one.
	hostCookie = "__Host-vidaplus_token"
	// plainCookie is its name for a developer, since browsers take no __Host- cookie over plain HTTP.
	plainCookie = "vidaplus_token"
)

// cookieName returns the only name that counts for this request: what it brings is answered under the same name, so that no
// client is left with the token of before. One with the prefix always counts. A plain one does only where it can have been
// handed out, and nobody can have planted it: elsewhere a sibling subdomain could do that to a browser, and log its owner in
// to an account of its choice, or have the next token sent where everybody can read it.
func (a *API) cookieName(r *http.Request) string {
	switch {
	case len(r.CookiesNamed(hostCookie)) > 0 || len(a.settings.TrustedProxies) > 0 || !onThisMachine(r):
		return hostCookie
	case local(r) || !fromBrowser(r.Header) && len(r.CookiesNamed(plainCookie)) > 0:
		return plainCookie
	default:
		return hostCookie
	}
}

// cookieToken returns the token in the request's cookie. errNotAuthenticated if there is none, domain.ErrTokenInvalid
// if what is there cannot be a token, or if there are two: a browser has one, so somebody planted the other.
func (a *API) cookieToken(r *http.Request) (string, error) {
	if !a.settings.Cookie {
		return "", errNotAuthenticated
	}
	cookies := r.CookiesNamed(a.cookieName(r))
	switch {
	case len(cookies) == 0 || len(cookies) == 1 && cookies[0].Value == "":
		return "", errNotAuthenticated
	case len(cookies) > 1 || !domain.WellFormed(cookies[0].Value):
		return "", domain.ErrTokenInvalid
	default:
		return cookies[0].Value, nil
	}
}

// keepInCookie hands out a token as a cookie too, which lives as long as the token, in seconds begun.
func (a *API) keepInCookie(c echo.Context, grant application.Grant) {
	if a.settings.Cookie {
		left := grant.ExpiresAt.Sub(a.clock()) + time.Second - 1
		a.setCookie(c, grant.Token, int(left/time.Second))
	}
}

// forgetCookie takes the cookie away: no script can delete it.
func (a *API) forgetCookie(c echo.Context) {
	if a.settings.Cookie {
		a.setCookie(c, "", 0)
	}
}

// forgetCookieAfter takes the cookie away after a logout that ended the caller's session, or found that it cannot be
// used any more. It stays if there is no knowing.
func (a *API) forgetCookieAfter(c echo.Context, err error) {
	if err == nil || answerTo(err).status == http.StatusUnauthorized {
		a.forgetCookie(c)
	}
}

func (a *API) setCookie(c echo.Context, value string, seconds int) {
	name := a.cookieName(c.Request())
	if seconds <= 0 {
		// The library writes Max-Age=0 for a negative number, and no Max-Age for zero.
		seconds = -1
	}
	http.SetCookie(c.Response(), &http.Cookie{ //nolint:gosec // Secure is missing for a developer only
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: name == hostCookie, SameSite: http.SameSiteStrictMode,
	})
}
