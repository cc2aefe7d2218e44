package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	crowdSize = 32
	// breath is how long a member waits before it comes again where nobody told it how long.
	breath = 100 * time.Millisecond
	// goesOn is the longest that a service may take until it serves everybody again: a call that was under way when the
	// fault ended, the second that clients are told to wait, and a call more.
	goesOn = 5 * time.Second
)

// inTime is the longest that any answer may take: the two seconds of a store's call, and what a busy machine adds.
// `make faults` says how much that may be where nothing else runs.
var inTime = 2*time.Second + slack()

func slack() time.Duration {
	if given, err := time.ParseDuration(os.Getenv("FAULTS_SLACK")); err == nil {
		return given
	}
	return 3 * time.Second
}

// web keeps a connection for every member of a crowd.
var web = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 4 * crowdSize}}

// answer is what came back, status 0 if nothing did.
type answer struct {
	status int
	token  string
	wait   time.Duration
	took   time.Duration
	text   string
}

// wrong says what is wrong with the answer to a good token: all but a 200 with a token, a 503 that says when to come
// again, and none at all.
func (a answer) wrong() string {
	switch {
	case a.status == 0, a.status == http.StatusOK && a.token != "", a.status == http.StatusServiceUnavailable && a.wait >= time.Second:
		return ""
	default:
		return fmt.Sprintf("%d %s", a.status, a.text)
	}
}

func ask(request *http.Request) answer {
	began := time.Now()
	response, err := web.Do(request)
	if err != nil {
		return answer{took: time.Since(began), text: err.Error()}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{took: time.Since(began), text: err.Error()}
	}
	a := answer{status: response.StatusCode, took: time.Since(began), text: fmt.Sprintf("%v %s", response.Header, text)}
	var body struct {
		AccessToken string `json:"access_token"`
	}
	if a.status == http.StatusOK && json.Unmarshal(text, &body) == nil {
		a.token = body.AccessToken
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		a.wait = time.Duration(seconds) * time.Second
	}
	return a
}

func (s *service) send(method, path, token string, form url.Values) answer {
	var body io.Reader = http.NoBody
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(context.Background(), method, s.url+path, body)
	if err != nil {
		return answer{text: err.Error()}
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return ask(request)
}

func (s *service) status(path string) int { return s.send(http.MethodGet, path, "", nil).status }

func (s *service) login() answer {
	return s.send(http.MethodPost, "/auth/token", "", url.Values{"username": {maria}, "password": {password}})
}

func (s *service) refresh(token string) answer {
	return s.send(http.MethodPost, "/auth/token/refresh_token", token, nil)
}

// loggedIn returns the token of a new session.
func (s *service) loggedIn() string {
	s.t.Helper()
	a := s.login()
	if a.token == "" {
		s.t.Fatalf("a log-in is answered %d %s", a.status, a.text)
	}
	return a.token
}

// loggedOut returns a token whose session has ended.
func (s *service) loggedOut() string {
	s.t.Helper()
	token := s.loggedIn()
	if a := s.send(http.MethodPost, "/auth/logout", token, nil); a.status != http.StatusNoContent {
		s.t.Fatalf("a logout is answered %d %s", a.status, a.text)
	}
	return token
}

// member is somebody with one session, who refreshes it as a careful client does: it keeps the last token that it
// received whole, and comes again as it is told when it got 503 or no answer.
type member struct {
	// token is the newest; first is one that was replaced long ago.
	token, first string
	replicas     []*service
	tries        int
	// asked is when the last request that was answered 200 was sent, in nanoseconds since 1970.
	asked atomic.Int64
}

// crowd is members and what they saw.
type crowd struct {
	t       *testing.T
	members []*member

	mu          sync.Mutex
	answers     map[int]int
	slowest     time.Duration
	longestWait time.Duration
	wrong       []string
}

// gather logs maria in, again and again, and asks the replicas in turn from then on.
func gather(t *testing.T, replicas ...*service) *crowd {
	t.Helper()
	c := &crowd{t: t, answers: make(map[int]int)}
	for i := range crowdSize {
		token := replicas[0].loggedIn()
		c.members = append(c.members, &member{token: token, first: token, replicas: replicas, tries: i})
	}
	return c
}

// busy lets every member refresh as fast as it can until rest is called.
func (c *crowd) busy() (rest func()) {
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, m := range c.members {
		all.Go(func() {
			for ctx.Err() == nil && c.note(m.try()) {
			}
		})
	}
	rest = func() { stop(); all.Wait() }
	c.t.Cleanup(rest)
	return rest
}

// try refreshes once and then waits as told.
func (m *member) try() answer {
	m.tries++
	began := time.Now()
	a := m.replicas[m.tries%len(m.replicas)].refresh(m.token)
	if a.token != "" {
		m.token = a.token
		m.asked.Store(began.UnixNano())
	} else {
		time.Sleep(max(a.wait, breath))
	}
	return a
}

// note reports false for a member that was turned away: it does not come again.
func (c *crowd) note(a answer) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[a.status]++
	c.slowest, c.longestWait = max(c.slowest, a.took), max(c.longestWait, a.wait)
	if wrong := a.wrong(); wrong != "" {
		c.wrong = append(c.wrong, wrong)
	}
	return a.wrong() == ""
}

func (c *crowd) count(status int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answers[status]
}

// isServed waits until every member has been answered 200 to a request that it sent from now on, and returns how long
// that took.
func (c *crowd) isServed(limit time.Duration) time.Duration {
	c.t.Helper()
	now := time.Now().UnixNano()
	return within(c.t, limit, "every member of the crowd is served", func() bool {
		for _, m := range c.members {
			if m.asked.Load() < now {
				return false
			}
		}
		return true
	})
}

// lostNothing checks what the members saw, and that the newest token of each is still taken.
func (c *crowd) lostNothing() {
	c.t.Helper()
	for _, wrong := range c.wrong[:min(5, len(c.wrong))] {
		c.t.Errorf("%d members were turned away: %s", len(c.wrong), wrong)
	}
	if c.slowest > inTime {
		c.t.Errorf("the slowest answer took %v, want at most %v", c.slowest, inTime)
	}
	if c.longestWait > 2*time.Second {
		c.t.Errorf("a client was told to wait %v, want two seconds at most", c.longestWait)
	}
	for i, m := range c.members {
		if a := m.replicas[0].refresh(m.token); a.token == "" {
			c.t.Errorf("at the end member %d is answered %d %s, want 200", i, a.status, a.text)
		}
	}
}

// isStillGuarded checks that a token that was replaced long ago is refused, and ends its session.
func (c *crowd) isStillGuarded() {
	c.t.Helper()
	m := c.members[0]
	for _, token := range []string{m.first, m.token} {
		if a := m.replicas[0].refresh(token); a.status != http.StatusUnauthorized {
			c.t.Errorf("after a stale token the session is answered %d %s, want 401", a.status, a.text)
		}
	}
}
