package e2e

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	clientID     = "api"
	clientSecret = "the secret of a resource server in a test"
)

// asDocumented returns the request that the document shows for an operation. Without a token nobody's credentials are in
// it.
func (s *service) asDocumented(o operation, token string) *http.Request {
	s.T.Helper()
	d, err := published()
	if err != nil {
		s.T.Fatal(err)
	}
	mediaType, body := d.example(o)
	path := strings.ReplaceAll(o.path, "{id}", "019ac0de-7d4c-7f3a-9a52-0c7d5e1f2b3a")
	request, err := http.NewRequest(o.method, s.URL+strings.ReplaceAll(path, "{file}", "page.js"), bytes.NewReader(body))
	if err != nil {
		s.T.Fatal(err)
	}
	if mediaType != "" {
		request.Header.Set("Content-Type", mediaType)
	}
	switch schemes := d.schemes(o); {
	case token == "":
	case slices.Contains(schemes, "client"):
		request.SetBasicAuth(clientID, clientSecret)
	case slices.Contains(schemes, "password"):
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return request
}

// eachWith asks each operation that documents a status, as the document shows it but for what change does, and checks
// that the status comes.
func (s *service) eachWith(status int, token string, change func(*http.Request)) {
	s.T.Helper()
	s.each(status, func(t *testing.T, o operation) *http.Response {
		request := s.asDocumented(o, token)
		change(request)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		return response
	})
}

func (s *service) each(status int, ask func(*testing.T, operation) *http.Response) {
	s.T.Helper()
	d, err := published()
	if err != nil {
		s.T.Fatal(err)
	}
	asked := 0
	for _, o := range d.operations() {
		if _, documented := o.responses[strconv.Itoa(status)]; !documented {
			continue
		}
		asked++
		s.T.Run(o.id, func(t *testing.T) {
			response := ask(t, o)
			defer response.Body.Close()
			if body, _ := io.ReadAll(response.Body); response.StatusCode != status {
				t.Errorf("the answer is %d %s, want %d", response.StatusCode, body, status)
			}
		})
	}
	if asked == 0 {
		s.T.Errorf("no operation documents %d", status)
	}
}

// halfSent sends the head of a request, then what no client of the standard library would, and reads the answer.
func (s *service) halfSent(t *testing.T, o operation, token, rest string) *http.Response {
	t.Helper()
	request := s.asDocumented(o, token)
	var head bytes.Buffer
	head.WriteString(o.method + " " + request.URL.RequestURI() + " HTTP/1.1\r\nHost: " + request.URL.Host + "\r\n")
	if err := request.Header.Write(&head); err != nil {
		t.Fatal(err)
	}
	w := s.dial()
	if _, err := io.WriteString(w, head.String()+rest); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(w), request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := witness(request, response, body); err != nil {
		t.Error(err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response
}

func setBody(r *http.Request, text string) {
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
}
