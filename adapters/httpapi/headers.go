package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Values of headers that never change. They are shared between answers, so only http.Header may touch them: it puts a
// new slice in their place.
var (
	nosniff = []string{"nosniff"}
	// noStore keeps an answer out of every cache. RFC 6749 §5.1 wants that for tokens; what else there is below /auth, a refusal
	// too, is about one person.
	noStore = []string{"no-store"}
	// nothingLoads also keeps answers out of frames, which is all that X-Frame-Options could do.
	nothingLoads = []string{"default-src 'none'; frame-ancestors 'none'"}
	noReferrer   = []string{"no-referrer"}
	sameOrigin   = []string{"same-origin"}
	// oneYear says nothing about subdomains: they are not ours.
	oneYear = []string{"max-age=31536000"}
)

const headerResourcePolicy = "Cross-Origin-Resource-Policy"

// protect sets the headers that keep a browser from doing anything with an answer but read it. A handler that answers
// with a page sets its own Content-Security-Policy in place of this one.
func (a *API) protect(r *http.Request, header http.Header) {
	header[echo.HeaderXContentTypeOptions] = nosniff
	header[echo.HeaderContentSecurityPolicy] = nothingLoads
	header[echo.HeaderReferrerPolicy] = noReferrer
	if r.TLS != nil {
		// RFC 6797 §7.2: never over plain HTTP. Where a proxy in front serves HTTPS, the promise is the proxy's to make.
		header[echo.HeaderStrictTransportSecurity] = oneYear
	}
	if a.settings.Cookie {
		// A page of a sibling subdomain gets the cookie sent along: it must not load an answer as an image or a script
		// and then read it out of its own memory. Without a cookie it would load nothing that it could not ask for itself.
		header[headerResourcePolicy] = sameOrigin
	}
}
