package e2e

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is the OpenAPI document as the program prints it.
type document struct {
	root     map[string]any
	compiler *jsonschema.Compiler
	mu       sync.Mutex
	schemas  map[string]*jsonschema.Schema
}

// published is the document of the program under test.
var published = sync.OnceValues(func() (*document, error) {
	printing := exec.Command(binary, "openapi")
	printing.Stderr = os.Stderr
	text, err := printing.Output()
	if err != nil {
		return nil, fmt.Errorf("the program prints no OpenAPI document: %w", err)
	}
	return parse(text)
})

// address is what schemas inside the document call it.
const address = "https://auth.example/openapi.json"

func parse(text []byte) (*document, error) {
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	root, is := decoded.(map[string]any)
	if !is {
		return nil, fmt.Errorf("the OpenAPI document is a %T", decoded)
	}
	d := &document{root: root, compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	d.compiler.AssertFormat()
	return d, d.compiler.AddResource(address, root)
}

// at spells a place below another one (RFC 6901).
func at(names ...string) string {
	var pointer strings.Builder
	for _, name := range names {
		pointer.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
	}
	return pointer.String()
}

// at returns the object at a place, or nil.
func (d *document) at(pointer string) map[string]any {
	node := d.root
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		node, _ = node[strings.NewReplacer("~1", "/", "~0", "~").Replace(name)].(map[string]any)
	}
	return node
}

// resolved follows a reference, if there is one at the place.
func (d *document) resolved(pointer string) (object map[string]any, where string) {
	object = d.at(pointer)
	if reference, is := object["$ref"].(string); is {
		return d.resolved(strings.TrimPrefix(reference, "#"))
	}
	return object, pointer
}

// path returns the documented path that an address belongs to, or "". One without a parameter comes first.
func (d *document) path(escaped string) string {
	given := strings.Split(strings.TrimSuffix(escaped, "/"), "/")
	best := ""
	for path := range d.at(at("paths")) {
		fits := slices.EqualFunc(strings.Split(path, "/"), given, func(documented, part string) bool {
			return documented == part || strings.HasPrefix(documented, "{") && part != ""
		})
		if fits && (best == "" || strings.Contains(best, "{")) {
			best = path
		}
	}
	return best
}

// validJSON checks a body against the schema at a place.
func (d *document) validJSON(where string, body []byte) error {
	if trimmed := bytes.TrimSpace(body); len(trimmed) != len(body) {
		return fmt.Errorf("there is white space around the body %q", body)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the body %q is not JSON: %w", body, err)
	}
	if err := d.valid(where, value); err != nil {
		return fmt.Errorf("the body is %s: %w", body, err)
	}
	return nil
}

// valid checks a value against the schema at a place. It has to be a schema.
func (d *document) valid(where string, value any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	schema, compiled := d.schemas[where]
	if !compiled {
		var err error
		schema, err = d.compiler.Compile(address + (&url.URL{Fragment: where}).String())
		if err != nil {
			return err
		}
		d.schemas[where] = schema
	}
	return schema.Validate(value)
}
