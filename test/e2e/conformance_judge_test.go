package e2e

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// judge names the operation and the status that came, if the document has them, and says what is wrong.
func (d *document) judge(request *http.Request, response *http.Response, body []byte) (seen string, err error) {
	if request.Method == http.MethodOptions && request.Header.Get("Access-Control-Request-Method") != "" {
		// A preflight is the browser's business (Fetch §4.8): it is about a request, and none itself.
		return "", nil
	}
	path := d.path(request.URL.EscapedPath())
	if path == "" {
		return "", d.matches(at("components", "responses", "NotFound"), request, response, body, http.StatusNotFound)
	}
	method := strings.ToLower(request.Method)
	if request.Method == http.MethodHead {
		method = "get"
	}
	operation := d.at(at("paths", path, method))
	if operation == nil {
		return "", d.refusesMethod(request, response, body)
	}
	where := at("paths", path, method, "responses", fmt.Sprint(response.StatusCode))
	if d.at(where) == nil {
		return "", fmt.Errorf("the status is not documented, the body is %s", body)
	}
	return fmt.Sprint(operation["operationId"], " ", response.StatusCode),
		d.matches(where, request, response, body, response.StatusCode)
}

// refusesMethod checks the answer to a method that a path does not have. What the document says once for all of those
// is prose.
func (*document) refusesMethod(request *http.Request, response *http.Response, body []byte) error {
	want := detail("Method Not Allowed")
	if request.Method == http.MethodHead {
		want = ""
	}
	if response.StatusCode != http.StatusMethodNotAllowed || string(body) != want || response.Header.Get("Allow") == "" {
		return fmt.Errorf("the path does not have this method, and the body is %s", body)
	}
	return nil
}

// matches checks an answer against the response that the document has at a place.
func (d *document) matches(where string, request *http.Request, response *http.Response, body []byte, status int) error {
	if response.StatusCode != status {
		return fmt.Errorf("%d is what is documented", status)
	}
	documented, where := d.resolved(where)
	headers, _ := documented["headers"].(map[string]any)
	for _, name := range tellingHeaders {
		if _, is := headers[name]; !is && response.Header.Get(name) != "" {
			return fmt.Errorf("the header %s is not documented", name)
		}
	}
	for name := range headers {
		values := response.Header.Values(name)
		if len(values) > 1 && name != "WWW-Authenticate" && name != "Set-Cookie" {
			return fmt.Errorf("the header %s comes %d times: %q", name, len(values), values)
		}
		if err := d.matchesHeader(where+at("headers", name), values); err != nil {
			return fmt.Errorf("the header %s is %q: %w", name, values, err)
		}
	}
	content, _ := documented["content"].(map[string]any)
	return d.matchesBody(where+at("content"), content, request, response, body)
}

// tellingHeaders mean something to clients, so they may come only where they are documented.
var tellingHeaders = []string{"WWW-Authenticate", "Retry-After", "Set-Cookie", "Location", "ETag", "Allow"}

func (d *document) matchesHeader(where string, values []string) error {
	header, where := d.resolved(where)
	if required, _ := header["required"].(bool); required && len(values) == 0 {
		return errors.New("it has to come")
	}
	for _, value := range values {
		if err := d.valid(where+at("schema"), value); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) matchesBody(where string, content map[string]any, request *http.Request, response *http.Response, body []byte) error {
	if len(content) == 0 {
		if len(body) > 0 || response.Header.Get("Content-Type") != "" {
			return fmt.Errorf("there has to be no body, and there is %s %s", response.Header.Get("Content-Type"), body)
		}
		return nil
	}
	mediaType := response.Header.Get("Content-Type")
	switch _, documented := content[mediaType]; {
	case !documented:
		return fmt.Errorf("the media type %q is not documented", mediaType)
	case request.Method == http.MethodHead:
		if len(body) > 0 {
			return errors.New("HEAD is answered without a body")
		}
		return nil
	case mediaType != "application/json":
		return d.valid(where+at(mediaType, "schema"), string(body))
	default:
		return d.validJSON(where+at(mediaType, "schema"), body)
	}
}
