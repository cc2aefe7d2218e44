package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// operation is a method of a path.
type operation struct {
	id, method, path string
	responses        map[string]any
	// pointer says where it stands.
	pointer string
}

// operations lists everything that can be asked for.
func (d *document) operations() []operation {
	var all []operation
	for path, item := range d.at(at("paths")) {
		methods, _ := item.(map[string]any)
		for method := range methods {
			where := at("paths", path, method)
			o := d.at(where)
			responses, _ := o["responses"].(map[string]any)
			all = append(all, operation{fmt.Sprint(o["operationId"]), strings.ToUpper(method), path, responses, where})
		}
	}
	return all
}

// example returns the request body that the document shows for an operation, nil if it takes none, and its media type.
func (d *document) example(o operation) (mediaType string, body []byte) {
	request, _ := d.resolved(o.pointer + at("requestBody"))
	content, _ := request["content"].(map[string]any)
	for name, shown := range content {
		entry, _ := shown.(map[string]any)
		example, is := entry["example"].(map[string]any)
		switch {
		case !is:
		case name == "application/json":
			body, _ = json.Marshal(example)
			return name, body
		default:
			form := url.Values{}
			for field, value := range example {
				form.Set(field, fmt.Sprint(value))
			}
			return name, []byte(form.Encode())
		}
	}
	return "", nil
}

// schemes lists what an operation can be asked with.
func (d *document) schemes(o operation) []string {
	var all []string
	alternatives, _ := d.at(o.pointer)["security"].([]any)
	for _, alternative := range alternatives {
		schemes, _ := alternative.(map[string]any)
		for scheme := range schemes {
			all = append(all, scheme)
		}
	}
	return all
}
