package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/goccy/go-yaml"
	"github.com/labstack/echo/v4"
)

func TestOpenAPI_TheDocumentIsValidAndSoAreItsExamples(t *testing.T) {
	document := loaded(t, OpenAPI())
	if !document.IsOpenAPI31OrLater() {
		t.Errorf("the version is %s, want 3.1", document.OpenAPI)
	}
	if err := document.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Error(err)
	}
}

// TestOpenAPI_WhatIsServedSaysWhatWasWritten reads the source with a YAML library that keeps its order, and with another
// one.
func TestOpenAPI_WhatIsServedSaysWhatWasWritten(t *testing.T) {
	source := read(t, "openapi.yaml")
	spaced, err := yaml.YAMLToJSON(source)
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, bytes.TrimSpace(spaced)); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", compact.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(OpenAPI(), compact.Bytes()) {
		t.Error("openapi.json does not say what openapi.yaml says: run make openapi")
	}
	written, err := loaded(t, source).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	answered, err := loaded(t, OpenAPI()).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(written, answered) {
		t.Errorf("the JSON says\n%s\nwant\n%s", answered, written)
	}
}

func TestOpenAPI_ItIsCompactAndKeepsTheOrderOfItsSource(t *testing.T) {
	body := OpenAPI()
	var compact bytes.Buffer
	if err := json.Compact(&compact, body); err != nil || !bytes.Equal(compact.Bytes(), body) {
		t.Errorf("the document is not compact (%v)", err)
	}
	last := 0
	for _, key := range []string{`{"openapi":`, `"info":`, `"tags":`, `"/auth/token":`, `"/auth/logout":`, `"components":`} {
		at := bytes.Index(body, []byte(key))
		if at < last {
			t.Errorf("%s stands at %d, want it behind %d", key, at, last)
		}
		last = at
	}
}

// TestOpenAPI_EveryRouteIsDocumentedAndEveryOperationIsARoute looks at methods and paths. Statuses and bodies are compared
// with the running program, in test/e2e.
func TestOpenAPI_EveryRouteIsDocumentedAndEveryOperationIsARoute(t *testing.T) {
	documented, registered := map[string]bool{}, map[string]bool{}
	for path, item := range loaded(t, OpenAPI()).Paths.Map() {
		for method := range item.Operations() {
			documented[method+" "+path] = true
		}
	}
	for _, route := range newStage(t, nil).server.api.echo.Routes() {
		if name, counts := operation(route); counts {
			registered[name] = true
		}
	}
	if !registered["GET /docs/{file}"] || !registered["POST /auth/token"] {
		t.Fatalf("the routes were not found: %v", slices.Sorted(maps.Keys(registered)))
	}
	for name := range registered {
		if !documented[name] {
			t.Errorf("%s is served and not documented", name)
		}
	}
	for name := range documented {
		if !registered[name] {
			t.Errorf("%s is documented and not served", name)
		}
	}
}

// operation spells a route as the document does. HEAD goes with GET, and a path with a slash with the one without.
func operation(route *echo.Route) (name string, counts bool) {
	if route.Method == http.MethodHead || route.Method == echo.RouteNotFound {
		return "", false
	}
	parts := strings.Split(strings.TrimSuffix(route.Path, "/"), "/")
	for i, part := range parts {
		if parameter, is := strings.CutPrefix(part, ":"); is {
			parts[i] = "{" + parameter + "}"
		}
	}
	return route.Method + " " + strings.Join(parts, "/"), true
}

func TestOpenAPI_BothPathsAnswerWithTheDocument(t *testing.T) {
	s := newStage(t, nil)
	for _, path := range []string{"/openapi.json", "/openapi.json/", "/api/v1/openapi.json"} {
		r := s.send(t, request("GET", path, ""))
		if r.status != http.StatusOK || r.body != string(OpenAPI()) || r.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s, %d bytes", path, r.status, r.header.Get("Content-Type"), len(r.body))
		}
	}
}

func loaded(t *testing.T, text []byte) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}
