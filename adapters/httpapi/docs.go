package httpapi

import (
	_ "embed" // the page's files
	"sync"

	"github.com/labstack/echo/v4"
)

// The page at /docs. What is below docs/swagger-ui was made elsewhere and is untouched, but that the large files are
// compressed, which makes the program 1.4 MB smaller: see the README there.
var (
	//go:embed docs/index.html
	docsIndex []byte
	//go:embed docs/page.js
	docsScript []byte
	//go:embed docs/swagger-ui/swagger-ui.css.gz
	swaggerStyle []byte
	//go:embed docs/swagger-ui/swagger-ui-bundle.js.gz
	swaggerScript []byte
	//go:embed docs/swagger-ui/swagger-ui-bundle.js.LICENSE.txt
	swaggerLicences []byte
)

// docsPolicy lets the page load its own files and speak to its own service, and nothing else. A script that somebody
// smuggles in would not run, and could tell nobody about the token that the page holds.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// docs holds the page under "" and its files under their names. It is made at the first request for one of them.
var docs = sync.OnceValue(func() map[string]document {
	const script, style, text = "text/javascript; charset=utf-8", "text/css; charset=utf-8", "text/plain; charset=utf-8"
	return map[string]document{
		"":        newDocument(docsIndex, "text/html; charset=utf-8"),
		"page.js": newDocument(docsScript, script),
		// The page asks for these two with their version.
		"swagger-ui.css":                   newGzipped(swaggerStyle, style),
		"swagger-ui-bundle.js":             newGzipped(swaggerScript, script),
		"swagger-ui-bundle.js.LICENSE.txt": newDocument(swaggerLicences, text),
	}
})

// getDocs answers GET /docs, the page that shows the OpenAPI document, and GET /docs/{file}.
func (a *API) getDocs(c echo.Context) error {
	d, found := docs()[c.Param("file")]
	if !found {
		return errNotFound
	}
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy, docsPolicy)
	a.sendDocument(c, d)
	return nil
}
