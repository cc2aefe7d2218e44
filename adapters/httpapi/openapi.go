package httpapi

import (
	_ "embed" // openapi.json

	"github.com/labstack/echo/v4"
)

// openAPIText is what openapi.yaml says, in the order in which it is written there. A test keeps the two together, and make
// openapi writes this one.
//
//go:embed openapi.json
var openAPIText []byte

var openAPI = newDocument(openAPIText, echo.MIMEApplicationJSON)

// OpenAPI returns the OpenAPI 3.1 document of this API as compact JSON.
func OpenAPI() []byte { return openAPIText }

// getOpenAPI answers GET /openapi.json, and GET /api/v1/openapi.json, where the original had it.
func (a *API) getOpenAPI(c echo.Context) error {
	a.sendDocument(c, openAPI)
	return nil
}
