// Package e2e tells the stories of the service's users, against the built binary over HTTP and its command line, on each
// engine. It knows nothing of the code inside.
package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/mariadb"
	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// secretKey signs in every test that has to forge tokens.
const secretKey = program.SecretKey

var binary string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "vidaplus-auth-e2e")
	if err == nil {
		binary, err = program.Build(folder, "vidaplus-auth")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e: the program could not be built:", err)
		os.Exit(1)
	}
	code := conformed(m.Run())
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// onEachEngine tells a story on a SQLite file, on PostgreSQL and on MariaDB.
func onEachEngine(t *testing.T, story func(t *testing.T, database string)) {
	t.Run("SQLite", func(t *testing.T) { story(t, "sqlite:"+filepath.Join(t.TempDir(), "vidaplus.db")) })
	onEachServer(t, story)
}

// onEachServer tells a story of several replicas, which SQLite has none of.
func onEachServer(t *testing.T, story func(t *testing.T, database string)) {
	t.Run("PostgreSQL", func(t *testing.T) { story(t, pg.Database(t)) })
	t.Run("MariaDB", func(t *testing.T) { story(t, mariadb.Database(t)) })
}

// service is one running process.
type service struct{ *program.Process }

// unstarted returns a service with these settings, in a folder of its own unless it is given one.
func unstarted(t *testing.T, p program.Process) *service {
	t.Helper()
	if p.T = t; p.Dir == "" {
		p.Dir = t.TempDir()
	}
	if p.Program == "" {
		p.Program = binary
	}
	return &service{&p}
}

// start runs a service on a free port until the test ends, and waits until it can serve.
func start(t *testing.T, database string, env ...string) *service {
	t.Helper()
	s := unstarted(t, program.Process{Env: program.Environment(database, env...)})
	s.Start()
	return s
}

// runWith runs a command of the program and returns what it printed and its exit code.
func runWith(t *testing.T, dir string, env []string, input string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return unstarted(t, program.Process{Dir: dir, Env: env}).Run(input, args...)
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   string
}

// token returns the token in the answer, which has to be a success.
func (a answer) token(t *testing.T) string {
	t.Helper()
	var body struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
	}
	if a.status != http.StatusOK || json.Unmarshal([]byte(a.body), &body) != nil || body.TokenType != "bearer" {
		t.Fatalf("the answer is %d %s, want 200 and a token", a.status, a.body)
	}
	return body.AccessToken
}

// is checks status and detail of a refusal.
func (a answer) is(t *testing.T, status int, detail string) {
	t.Helper()
	if want := fmt.Sprintf("{\"detail\":%q}", detail); a.status != status || a.body != want {
		t.Fatalf("the answer is %d %s, want %d %s", a.status, a.body, status, want)
	}
}

var client = &http.Client{Timeout: 30 * time.Second, Transport: conforming{http.DefaultTransport}}

// send returns the answer, or an error where there is none.
func send(request *http.Request) (answer, error) { return sendBy(client, request) }

// sendBy is for a client that keeps cookies, or trusts a certificate.
func sendBy(client *http.Client, request *http.Request) (answer, error) {
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, err
}

func (s *service) login(email, password string) answer {
	s.T.Helper()
	form := url.Values{"username": {email}, "password": {password}}
	request, err := http.NewRequest(http.MethodPost, s.URL+"/auth/token", strings.NewReader(form.Encode()))
	if err != nil {
		s.T.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := send(request)
	if err != nil {
		s.T.Fatal(err)
	}
	return got
}

func (s *service) refresh(token string) answer {
	s.T.Helper()
	got, err := s.tryRefresh(token)
	if err != nil {
		s.T.Fatal(err)
	}
	return got
}

// tryRefresh is for tests in which the service may be gone, and for other goroutines.
func (s *service) tryRefresh(token string) (answer, error) {
	request, err := http.NewRequest(http.MethodPost, s.URL+"/auth/token/refresh_token", nil)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return send(request)
}
