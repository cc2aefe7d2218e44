package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
)

// conforming checks every answer that passes through it against the service's own OpenAPI document. An answer that the
// document does not describe is an error, and fails the run even if a test can live with errors.
type conforming struct{ http.RoundTripper }

func (c conforming) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := c.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if closing := response.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	if err := witness(request, response, body); err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// witnessed is what all tests together have seen.
var witnessed struct {
	mu sync.Mutex
	// statuses has an entry such as "logIn 200" for each that came.
	statuses map[string]bool
	breaches []string
}

// witness keeps what came for a request, and says what is wrong with it.
func witness(request *http.Request, response *http.Response, body []byte) error {
	d, err := published()
	if err != nil {
		return err
	}
	seen, err := d.judge(request, response, body)
	witnessed.mu.Lock()
	defer witnessed.mu.Unlock()
	if witnessed.statuses == nil {
		witnessed.statuses = map[string]bool{}
	}
	witnessed.statuses[seen] = true
	if err != nil {
		err = fmt.Errorf("%s %s was answered with %d, but the OpenAPI document says otherwise: %w",
			request.Method, request.URL.Path, response.StatusCode, err)
		witnessed.breaches = append(witnessed.breaches, err.Error())
	}
	return err
}

// unseen lists what is documented and did not come in any test.
func (d *document) unseen() []string {
	witnessed.mu.Lock()
	defer witnessed.mu.Unlock()
	var all []string
	for _, o := range d.operations() {
		for status := range o.responses {
			if !witnessed.statuses[o.id+" "+status] {
				all = append(all, o.id+" "+status)
			}
		}
	}
	slices.Sort(all)
	return all
}
