package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOpenAPI_EveryExampleOfARequestWorks(t *testing.T) {
	t.Parallel()
	d, err := published()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range d.operations() {
		t.Run(o.id, func(t *testing.T) {
			t.Parallel()
			s := withUser(t, "sqlite:vidaplus.db", "INTROSPECTION_CLIENTS="+clientID+":"+clientSecret)
			got, err := send(s.asDocumented(o, s.loggedIn()))
			if err != nil {
				t.Fatal(err)
			}
			// The session in the example is nobody's, and without ISSUER there is no metadata.
			missing := got.status == http.StatusNotFound && (o.id == "endSession" || o.id == "metadata")
			if got.status >= http.StatusMultipleChoices && !missing {
				t.Errorf("the answer is %d %s", got.status, got.body)
			}
		})
	}
}

func TestOpenAPI_TheCommandPrintsWhatIsServed(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite::memory:")
	var printed bytes.Buffer
	if err := json.Compact(&printed, []byte(s.Must("", "openapi"))); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/openapi.json", "/api/v1/openapi.json"} {
		(exchange{name: path, method: "GET", path: path, status: 200, answer: printed.String()}).play(t, s.URL)
	}
}

// TestOpenAPI_AnAnswerThatIsNotDocumentedIsABreach shows that the check of every answer can fail.
func TestOpenAPI_AnAnswerThatIsNotDocumentedIsABreach(t *testing.T) {
	t.Parallel()
	d, err := published()
	if err != nil {
		t.Fatal(err)
	}
	const ok, text = `{"status":"ok"}`, "application/json"
	for name, c := range map[string]struct {
		method, path string
		status       int
		body         string
		header       map[string]string
		fine         bool
	}{
		"as documented":        {"GET", "/healthz", 200, ok, nil, true},
		"with a slash":         {"GET", "/healthz/", 200, ok, nil, true},
		"HEAD":                 {"HEAD", "/healthz", 200, "", nil, true},
		"HEAD with a body":     {"HEAD", "/healthz", 200, ok, nil, false},
		"unknown path":         {"GET", "/nowhere", 404, `{"detail":"Not Found"}`, nil, true},
		"secret path":          {"GET", "/nowhere", 200, ok, nil, false},
		"wrong method":         {"PUT", "/healthz", 405, `{"detail":"Method Not Allowed"}`, map[string]string{"Allow": "GET"}, true},
		"no Allow":             {"PUT", "/healthz", 405, `{"detail":"Method Not Allowed"}`, nil, false},
		"secret method":        {"PUT", "/healthz", 200, ok, nil, false},
		"status":               {"GET", "/healthz", 500, ok, nil, false},
		"field":                {"GET", "/healthz", 200, `{"status":"ok","version":"1"}`, nil, false},
		"missing field":        {"GET", "/healthz", 200, `{}`, nil, false},
		"value":                {"GET", "/healthz", 200, `{"status":"well"}`, nil, false},
		"no JSON":              {"GET", "/healthz", 200, `ok`, nil, false},
		"line feed":            {"GET", "/healthz", 200, ok + "\n", nil, false},
		"media type":           {"GET", "/healthz", 200, ok, map[string]string{"Content-Type": "text/plain"}, false},
		"no id":                {"GET", "/healthz", 200, ok, map[string]string{"X-Request-ID": ""}, false},
		"header":               {"GET", "/healthz", 200, ok, map[string]string{"Set-Cookie": "a=b"}, false},
		"no Retry-After":       {"GET", "/readyz", 503, `{"detail":"Service unavailable"}`, nil, false},
		"Retry-After":          {"GET", "/readyz", 503, `{"detail":"Service unavailable"}`, map[string]string{"Retry-After": "1"}, true},
		"Retry-After in words": {"GET", "/readyz", 503, `{"detail":"Service unavailable"}`, map[string]string{"Retry-After": "soon"}, false},
		"body with 204":        {"DELETE", "/auth/sessions/x", 204, ok, nil, false},
		"private key": {"GET", "/.well-known/jwks.json", 200,
			`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"a","kid":"a","use":"sig","alg":"EdDSA","d":"secret"}]}`,
			map[string]string{"Cache-Control": "public, max-age=300"}, false},
	} {
		request, err := http.NewRequest(c.method, "http://auth.example"+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response := &http.Response{StatusCode: c.status, Header: http.Header{}}
		response.Header.Set("Content-Type", text)
		response.Header.Set("X-Request-ID", "a")
		for header, value := range c.header {
			if response.Header.Del(header); value != "" {
				response.Header.Set(header, value)
			}
		}
		if _, err := d.judge(request, response, []byte(c.body)); (err == nil) != c.fine {
			t.Errorf("%s: %v, want it to be fine: %t", name, err, c.fine)
		}
	}
}

// spectral is the version of the linter that the document passes.
const spectral = "@stoplight/spectral-cli@6.16.3"

func TestOpenAPI_TheLinterFindsNothing(t *testing.T) {
	t.Parallel()
	npx, err := exec.LookPath("npx")
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip("npx is not installed (Debian: apt-get install npm)")
	}
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	lint := exec.CommandContext(ctx, npx, "--yes", "--cache", filepath.Join(cache, "vidaplus-auth", "npm"), spectral,
		"lint", "--fail-severity", "hint", "--ruleset", ".spectral.yaml", "adapters/httpapi/openapi.yaml")
	lint.Dir = "../.."
	if found, err := lint.CombinedOutput(); err != nil || !strings.Contains(string(found), "No results") {
		t.Errorf("%v:\n%s", err, found)
	}
}
