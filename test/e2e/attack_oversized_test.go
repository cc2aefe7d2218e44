package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Whatever is too large is refused soon, costs little memory, and harms nobody else.
func TestAttack_NothingThatIsOversizedCostsMuch(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "TOKEN_COOKIE=on", "TRUSTED_PROXIES=127.0.0.0/8", aClient)
	token := s.loggedIn()
	many := strings.Repeat
	const json, multipart = "Content-Type: application/json", "Content-Type: multipart/form-data; boundary=xyz"
	for name, e := range map[string]exchange{
		"nested arrays":          {method: "PUT", path: "/auth/password", header: []string{json}, body: many("[", 60000), status: 422},
		"nested objects":         {method: "PUT", path: "/auth/password", header: []string{json}, body: many(`{"a":`, 10000) + "1" + many("}", 10000), status: 422},
		"nested in a member":     {method: "PUT", path: "/auth/password", header: []string{json}, body: `{"new_password":` + many("[", 9000) + many("]", 9000) + "}", status: 422},
		"members":                {method: "PUT", path: "/auth/password", header: []string{json}, body: "{" + many(`"a":1,`, 10000) + `"b":1}`, status: 422},
		"a number":               {method: "PUT", path: "/auth/password", header: []string{json}, body: `{"new_password":` + many("9", 60000) + "}", status: 422},
		"a body":                 {method: "PUT", path: "/auth/password", header: []string{json}, body: many(" ", 8<<20), status: 413},
		"a form":                 {method: "POST", path: "/auth/token", header: []string{form}, body: many("a", 8<<20), status: 413},
		"fields":                 {method: "POST", path: "/auth/token", header: []string{form}, body: many("&a", 30000), status: 422},
		"escapes":                {method: "POST", path: "/auth/token", header: []string{form}, body: "username=x&password=" + many("%41", 20000), status: 401},
		"parts":                  {method: "POST", path: "/auth/token", header: []string{multipart}, body: many("--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", 1200) + "--xyz--\r\n", status: 422},
		"headers of a part":      {method: "POST", path: "/auth/token", header: []string{multipart}, body: "--xyz\r\n" + many("A: b\r\n", 10000) + "\r\n\r\n--xyz--\r\n", status: 400},
		"a boundary":             {method: "POST", path: "/auth/token", header: []string{multipart + many("x", 50000)}, body: "--xyz", status: 400},
		"parameters of a type":   {method: "POST", path: "/auth/token", header: []string{multipart + many("; a=b", 10000)}, body: "--xyz", status: 400},
		"a compressed body":      {method: "POST", path: "/auth/token", header: []string{form, "Content-Encoding: gzip"}, body: zipped(t, 32<<20), status: 422},
		"a token in a form":      {method: "POST", path: "/auth/introspect", header: []string{form, basic(clientID, clientSecret)}, body: "token=" + many("a", 60000), status: 200},
		"tokens":                 {method: "POST", path: "/auth/revoke", header: []string{form, basic(clientID, clientSecret)}, body: many("token=a&", 8000), status: 400},
		"credentials":            {method: "POST", path: "/auth/introspect", header: []string{form, "Authorization: Basic " + many("YTph", 20000)}, body: "token=a", status: 401},
		"a bearer":               {method: "GET", path: "/auth/me", header: []string{"Authorization: Bearer " + many("a", 80000)}, status: 401},
		"a token's dots":         {method: "GET", path: "/auth/me", header: []string{"Authorization: Bearer " + many(".", 4000)}, status: 401},
		"cookies":                {method: "GET", path: "/auth/me", header: []string{"Cookie: " + many("a=b; ", 15000) + "x=y"}, status: 401},
		"proxies":                {method: "GET", path: "/healthz", header: []string{"X-Forwarded-For: " + many("127.0.0.1, ", 7000) + "127.0.0.1"}, status: 200},
		"addresses":              {method: "GET", path: "/healthz", header: []string{"X-Forwarded-For: " + many("1.2.3.4, ", 9000) + "1.2.3.4"}, status: 200},
		"a query":                {method: "POST", path: "/auth/logout?" + many("scope=local&", 7000), header: []string{"Authorization: Bearer " + token}, status: 422},
		"a path":                 {method: "GET", path: "/" + many("a/", 40000), status: 404},
		"an id":                  {method: "DELETE", path: "/auth/sessions/" + many("a", 80000), header: []string{"Authorization: Bearer " + token}, status: 404},
		"a user agent":           {method: "POST", path: "/auth/token", header: []string{form, "User-Agent: " + many("a", 80000)}, body: marias, status: 200},
		"an id of a request":     {method: "GET", path: "/healthz", header: []string{"X-Request-ID: " + many("a", 80000)}, status: 200},
		"what a preflight wants": {method: "OPTIONS", path: "/auth/token", header: []string{"Access-Control-Request-Headers: " + many("a,", 40000)}, status: 405},
	} {
		header := e.header
		if e.method == "PUT" {
			header = append(header, "Authorization: Bearer "+token)
		}
		begin := time.Now()
		got, err := s.tryCall(e.method, e.path, "", e.body, append(header, "Sec-Fetch-Site: same-origin")...)
		// Where the service closes before it has read all, a client may see that instead of the answer.
		if err != nil && e.status != 413 || err == nil && got.status != e.status {
			t.Errorf("%s: the answer is %d %.200s, %v, want %d", name, got.status, got.body, err, e.status)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: the answer took %v", name, took)
		}
		if len(got.body) > 4096 {
			t.Errorf("%s: the answer has %d bytes", name, len(got.body))
		}
	}
	s.endless()
	if peak := s.peakMemory(); peak > 256<<20 {
		t.Errorf("the service took %d MiB", peak>>20)
	}
	if list := s.Must("", "sessions", "list", maria); len(list) > 4096 {
		t.Errorf("what a client wrote is stored whole: %d bytes", len(list))
	}
	s.refreshed(token)
}

// endless sends a form that does not say how large it is, and is larger than what the service may take in all.
func (s *service) endless() {
	s.T.Helper()
	request, err := http.NewRequest(http.MethodPost, s.URL+"/auth/token", io.LimitReader(zeros{}, 512<<20))
	if err != nil {
		s.T.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if got, err := send(request); err == nil && got.status != http.StatusRequestEntityTooLarge {
		s.T.Errorf("an endless form is answered with %d %s", got.status, got.body)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func zipped(t *testing.T, size int) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// peakMemory returns the most that the process has had in memory, in bytes, where the system tells.
func (s *service) peakMemory() int {
	s.T.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.Cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest + " 0")[0])
	if err != nil {
		s.T.Fatal(err)
	}
	return kilobytes << 10
}
