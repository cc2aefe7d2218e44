package ha

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	user     = "maria@example.com"
	password = "correct horse battery"
)

// service is one running process of the built program.
type service struct {
	url string
	env []string
}

// services starts two replicas on the cluster, with an account.
func services(t *testing.T, database string) []*service {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "vidaplus-auth")
	build := exec.Command("go", "build", "-o", binary, "github.com/vidaplus/vidaplus-auth/cmd/vidaplus-auth")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	env := []string{
		"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + database, "SECRET_KEY=a key for tests alone, of more than thirty-two bytes",
		"MIGRATE_ON_START=true", "PASSWORD_HASH=m=256,t=1,p=1", "LOG_LEVEL=warn",
	}
	all := []*service{serve(t, binary, env), serve(t, binary, env)}
	add := exec.Command(binary, "users", "add", user, "--password-stdin")
	add.Env, add.Dir, add.Stdin = env, t.TempDir(), strings.NewReader(password+"\n")
	if output, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return all
}

func serve(t *testing.T, binary string, env []string) *service {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	s := &service{url: "http://" + address, env: append([]string{"HTTP_ADDR=" + address}, env...)}
	cmd := exec.Command(binary, "serve")
	var log bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stderr = s.env, t.TempDir(), &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the service printed last\n%s", log.Bytes()[max(0, log.Len()-4000):])
		}
	})
	within(t, patience, "the service is ready", func() bool {
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return s
}

// client keeps a connection for every member of the crowd.
var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2 * crowdSize}}

const (
	crowdSize = 32
	// breath is how long a member waits after each try, so that the cluster is busy and not starved.
	breath = 20 * time.Millisecond
)

// member is somebody with one session, who keeps the last token that was acknowledged and comes again as told.
type member struct {
	token    string
	replicas []*service
	tries    int

	mu sync.Mutex
	// asked is when the last refresh began that was served, counts what was answered, 0 for nothing at all.
	asked  time.Time
	counts map[int]int
	wrong  []string
}

// crowd logs the user in again and again.
func crowd(t *testing.T, replicas []*service) []*member {
	t.Helper()
	all := make([]*member, crowdSize)
	for i := range all {
		response, err := client.PostForm(replicas[0].url+"/auth/token", url.Values{"username": {user}, "password": {password}})
		if err != nil {
			t.Fatal(err)
		}
		all[i] = &member{replicas: replicas, tries: i, counts: map[int]int{}}
		if all[i].token, _ = all[i].read(response); all[i].token == "" {
			t.Fatalf("the log-in is answered %s", response.Status)
		}
	}
	return all
}

// refreshing lets all members refresh until the function it returns is called.
func refreshing(t *testing.T, members []*member) (stop func()) {
	t.Helper()
	over := make(chan struct{})
	var running sync.WaitGroup
	for _, m := range members {
		running.Go(func() {
			for {
				select {
				case <-over:
					return
				case <-time.After(m.refresh()):
				}
			}
		})
	}
	stop = sync.OnceFunc(func() {
		close(over)
		running.Wait()
	})
	t.Cleanup(stop)
	return stop
}

// refresh presents the member's token to the next replica and returns how long to wait before the next try.
func (m *member) refresh() time.Duration {
	m.tries++
	began := time.Now()
	request, err := http.NewRequest(http.MethodPost, m.replicas[m.tries%len(m.replicas)].url+"/auth/token/refresh_token", nil)
	if err != nil {
		return breath
	}
	request.Header.Set("Authorization", "Bearer "+m.token)
	response, err := client.Do(request)
	if err != nil {
		m.note(0, time.Time{}, "")
		return breath
	}
	token, body := m.read(response)
	wait, err := strconv.Atoi(response.Header.Get("Retry-After"))
	switch {
	case token != "":
		m.token = token
		m.note(http.StatusOK, began, "")
	case response.StatusCode == http.StatusServiceUnavailable && err == nil:
		m.note(response.StatusCode, time.Time{}, "")
		return time.Duration(wait) * time.Second
	default:
		m.note(response.StatusCode, time.Time{}, fmt.Sprintf("%d %s", response.StatusCode, body))
	}
	return breath
}

// read returns the token of a 200.
func (m *member) read(response *http.Response) (token, body string) {
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return "", string(text)
	}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	_ = json.Unmarshal(text, &answer)
	return answer.AccessToken, string(text)
}

func (m *member) note(status int, served time.Time, wrong string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts[status]++
	if !served.IsZero() {
		m.asked = served
	}
	if wrong != "" {
		m.wrong = append(m.wrong, wrong)
	}
}

// served counts the members that were served with what they asked for after since.
func served(members []*member, since time.Time) (n int) {
	for _, m := range members {
		m.mu.Lock()
		if m.asked.After(since) {
			n++
		}
		m.mu.Unlock()
	}
	return n
}

// answers counts what all members were answered with a status.
func answers(members []*member, status int) (n int) {
	for _, m := range members {
		m.mu.Lock()
		n += m.counts[status]
		m.mu.Unlock()
	}
	return n
}

// nobodyWasTurnedAway checks that every member was answered with a token or told to come again, and that the last token
// that was acknowledged to it is still good.
func nobodyWasTurnedAway(t *testing.T, members []*member) {
	t.Helper()
	t.Logf("answers: %d with a token, %d to come again, %d none", answers(members, 200), answers(members, 503), answers(members, 0))
	for i, m := range members {
		m.refresh()
		for _, wrong := range m.wrong {
			t.Errorf("member %d was answered %s, want a token or 503 with Retry-After", i, wrong)
		}
	}
}
