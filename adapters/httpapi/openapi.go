package httpapi

import (
	"bytes"
	_ "embed" // openapi.yaml
	"encoding/json"
	"fmt"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/labstack/echo/v4"
)

//go:embed openapi.yaml
var openAPISource []byte

// openAPI is made at the first request for it: it takes longer than all the rest of a start.
var openAPI = sync.OnceValues(func() (document, error) {
	body, err := OpenAPI()
	return newDocument(body, echo.MIMEApplicationJSON, revalidate), err
})

// OpenAPI returns the OpenAPI 3.1 document of this API as compact JSON, its members in the order in which they were
// written. An error says that the document which the program was built with is broken.
func OpenAPI() ([]byte, error) {
	spaced, err := yaml.YAMLToJSON(openAPISource)
	if err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, bytes.TrimSpace(spaced)); err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return compact.Bytes(), nil
}

// getOpenAPI answers GET /openapi.json, and GET /api/v1/openapi.json, where the original had it.
func (a *API) getOpenAPI(c echo.Context) error {
	d, err := openAPI()
	if err != nil {
		return err
	}
	a.sendDocument(c, d)
	return nil
}
