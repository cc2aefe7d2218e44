// Package e2e tells the stories of the service's users, against the built binary over HTTP and its command line, on each
// engine. It knows nothing of the code inside.
package e2e

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/mariadb"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// secretKey signs in every test that has to forge tokens. It protects nothing.
const secretKey = "a key for tests alone, of more than thirty-two bytes"

var binary string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "vidaplus-auth-e2e")
	if err == nil {
		binary = filepath.Join(folder, "vidaplus-auth")
		err = build()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e: the program could not be built:", err)
		os.Exit(1)
	}
	code := conformed(m.Run())
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// sources looks at every file that the program is made of, so that Go takes no result from its cache after one of them
// has changed: it knows only of files that a test looks at, and not in TestMain.
var sources = sync.OnceValue(func() error {
	return filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "dist", "test"}, entry.Name()):
			return filepath.SkipDir
		case entry.Type().IsRegular():
			_, err = os.Stat(path)
		}
		return err
	})
})

func build() error {
	c := exec.Command("go", "build", "-o", binary, "github.com/vidaplus/vidaplus-auth/cmd/vidaplus-auth")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, output)
	}
	return nil
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
type service struct {
	t   *testing.T
	url string
	// program is the binary and address where it listens, if it is to be another than the one just built, on a free port.
	program, address string

	env  []string
	dir  string
	proc *exec.Cmd
	out  *output
	done chan struct{}
}

// output collects what a process prints while it runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// environment is a production-like setting with cheap password hashes.
func environment(database string, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"),
		"DATABASE_URL=" + database, "MIGRATE_ON_START=true", "SECRET_KEY=" + secretKey, "PASSWORD_HASH=m=256,t=1,p=1",
	}, more...)
}

// start runs a service on a free port until the test ends, and waits until it can serve.
func start(t *testing.T, database string, env ...string) *service {
	t.Helper()
	s := &service{t: t, env: environment(database, env...), dir: t.TempDir()}
	s.start()
	return s
}

func (s *service) start() {
	s.t.Helper()
	s.launch()
	s.awaitReady()
}

// launch does not wait until the service can serve.
func (s *service) launch() {
	s.t.Helper()
	if err := sources(); err != nil {
		s.t.Fatal(err)
	}
	addr := cmp.Or(s.address, freeAddress(s.t))
	s.url = "http://" + addr
	s.out, s.done = &output{}, make(chan struct{})
	s.proc = exec.Command(cmp.Or(s.program, binary), "serve")
	s.proc.Env, s.proc.Dir = slices.Concat(s.env, []string{"HTTP_ADDR=" + addr}), s.dir
	s.proc.Stdout, s.proc.Stderr = s.out, s.out
	if err := s.proc.Start(); err != nil {
		s.t.Fatal(err)
	}
	proc, done := s.proc, s.done
	go func() { _ = proc.Wait(); close(done) }()
	s.t.Cleanup(func() {
		_ = proc.Process.Kill()
		<-done
		if s.t.Failed() {
			s.t.Logf("the service printed:\n%s", s.out)
		}
	})
}

func (s *service) awaitReady() {
	s.t.Helper()
	within(s.t, 30*time.Second, "the service is ready", func() bool {
		select {
		case <-s.done:
			s.t.Fatalf("the service ended:\n%s", s.out)
		default:
		}
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// stop sends a signal and returns the exit code, -1 for a killed process.
func (s *service) stop(signal syscall.Signal) int {
	s.t.Helper()
	_ = s.proc.Process.Signal(signal)
	select {
	case <-s.done:
		return s.proc.ProcessState.ExitCode()
	case <-time.After(30 * time.Second):
		s.t.Fatal("the service did not end")
		return 0
	}
}

// run runs a command of the program with the service's settings and returns what it printed and its exit code.
func (s *service) run(input string, args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	return runProgram(s.t, cmp.Or(s.program, binary), s.dir, s.env, input, args...)
}

func runWith(t *testing.T, dir string, env []string, input string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return runProgram(t, binary, dir, env, input, args...)
}

func runProgram(t *testing.T, program, dir string, env []string, input string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	if err := sources(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	var out, errs bytes.Buffer
	c.Dir, c.Env, c.Stdin, c.Stdout, c.Stderr = dir, env, strings.NewReader(input), &out, &errs
	if err := c.Run(); err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// must runs a command that has to succeed and returns its standard output.
func (s *service) must(input string, args ...string) string {
	s.t.Helper()
	stdout, stderr, code := s.run(input, args...)
	if code != 0 {
		s.t.Fatalf("%q ended with %d: %s", args, code, stderr)
	}
	return stdout
}

// addUser adds a user with this password.
func (s *service) addUser(email, password string) {
	s.t.Helper()
	s.must(password+"\n", "users", "add", email, "--password-stdin")
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
	s.t.Helper()
	form := url.Values{"username": {email}, "password": {password}}
	request, err := http.NewRequest(http.MethodPost, s.url+"/auth/token", strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got, err := send(request)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

func (s *service) refresh(token string) answer {
	s.t.Helper()
	got, err := s.tryRefresh(token)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// tryRefresh is for tests in which the service may be gone, and for other goroutines.
func (s *service) tryRefresh(token string) (answer, error) {
	request, err := http.NewRequest(http.MethodPost, s.url+"/auth/token/refresh_token", nil)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return send(request)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// within waits until a condition holds.
func within(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}
