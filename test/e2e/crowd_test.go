package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"
)

const (
	crowdSize = 32
	// breath is how long a member waits before it comes again where nobody told it how long.
	breath = 100 * time.Millisecond
)

// crowdClient keeps a connection for every member of a crowd.
var crowdClient = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 4 * crowdSize}}

// member is somebody with one session, who refreshes it as a careful client does: it keeps the last token that it
// received whole, and comes again as it is told when it got 503 or no answer.
type member struct {
	token string
	// replicas are asked in turn, another one at each try.
	replicas []*service
	tries    int
	seen     *seen
}

// crowd logs maria in, who has an account, again and again.
func crowd(size int, replicas ...*service) []*member {
	all, seen := make([]*member, size), &seen{statuses: map[int]int{}}
	for i := range all {
		all[i] = &member{token: replicas[0].loggedIn(), replicas: replicas, tries: i, seen: seen}
	}
	return all
}

// refreshing lets every member refresh as fast as it can until ctx ends, and returns what they saw. A try that has
// begun is finished, and a member that was turned away does not come again.
func refreshing(ctx context.Context, members []*member) *seen {
	var all sync.WaitGroup
	for _, m := range members {
		all.Go(func() {
			for ctx.Err() == nil && m.try() {
			}
		})
	}
	all.Wait()
	return members[0].seen
}

// try refreshes once and then waits as told. It reports false if the member was turned away.
func (m *member) try() bool {
	m.tries++
	began := time.Now()
	status, token, wait, wrong := m.ask(m.replicas[m.tries%len(m.replicas)])
	m.seen.note(status, time.Since(began), wait, wrong)
	if token != "" {
		m.token = token
	} else {
		time.Sleep(max(wait, breath))
	}
	return wrong == ""
}

// ask returns the token of a 200, or how long a 503 says to wait, or what is wrong with the answer, or status 0 if there
// was none.
func (m *member) ask(s *service) (status int, token string, wait time.Duration, wrong string) {
	request, err := http.NewRequest(http.MethodPost, s.URL+"/auth/token/refresh_token", nil)
	if err != nil {
		return 0, "", 0, err.Error()
	}
	request.Header.Set("Authorization", "Bearer "+m.token)
	response, err := crowdClient.Do(request)
	if err != nil {
		return 0, "", 0, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, "", 0, ""
	}
	token, wait, wrong = read(response, text)
	return response.StatusCode, token, wait, wrong
}

func read(response *http.Response, text []byte) (token string, wait time.Duration, wrong string) {
	switch response.StatusCode {
	case http.StatusOK:
		var body struct {
			AccessToken string `json:"access_token"`
		}
		if json.Unmarshal(text, &body) == nil && body.AccessToken != "" {
			return body.AccessToken, 0, ""
		}
	case http.StatusServiceUnavailable:
		if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
			return "", time.Duration(seconds) * time.Second, ""
		}
	}
	return "", 0, fmt.Sprintf("%d %v %s", response.StatusCode, response.Header, text)
}

// seen is what the members of a crowd were answered.
type seen struct {
	mu sync.Mutex
	// statuses counts answers; those under 0 are requests that got none.
	statuses map[int]int
	// slowest is the longest time from a request to its answer, longestWait the longest Retry-After.
	slowest, longestWait time.Duration
	// wrong holds what may never be: an answer that is neither a 200 with a token nor a 503 with Retry-After.
	wrong []string
}

func (s *seen) note(status int, took, wait time.Duration, wrong string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statuses[status]++
	s.slowest, s.longestWait = max(s.slowest, took), max(s.longestWait, wait)
	if wrong != "" {
		s.wrong = append(s.wrong, wrong)
	}
}

func (s *seen) count(status int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.statuses[status]
}

// nobodyWasTurnedAway checks what was seen, and that every member's token is still taken.
func nobodyWasTurnedAway(t *testing.T, members []*member) {
	t.Helper()
	seen := members[0].seen
	t.Logf("answers %v, the slowest after %v", seen.statuses, seen.slowest.Round(time.Millisecond))
	for _, wrong := range seen.wrong {
		t.Errorf("a member was answered %s, want 200 with a token or 503 with Retry-After", wrong)
	}
	for i, m := range members {
		status, token, _, _ := m.ask(m.replicas[0])
		if m.token = token; token == "" {
			t.Errorf("at the end member %d is answered %d, want 200", i, status)
		}
	}
}
