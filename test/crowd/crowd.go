package crowd

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// Size is how many are in a crowd.
const Size = 32

// breath is how long a member waits before it comes again where nobody told it how long.
const breath = 100 * time.Millisecond

// member is somebody with one session, who keeps the last token that it received whole, and comes again as it is told when
// it got 503 or no answer.
type member struct {
	// token is the newest; first is one that was replaced long ago.
	token, first string
	tries        int
	// asked is when the last request that was answered 200 was sent, in nanoseconds since 1970.
	asked atomic.Int64
}

// Crowd is members and what they saw.
type Crowd struct {
	t        *testing.T
	replicas []*program.Process
	pause    time.Duration
	members  []*member

	mu      sync.Mutex
	answers map[int]int
	wrong   []string
	// Slowest is the longest that an answer took, LongestWait that a member was told to wait. Read them when all rest.
	Slowest, LongestWait time.Duration
}

// Gather logs Maria in, again and again. From then on each member asks the replicas in turn, after a pause whenever it was
// served.
func Gather(t *testing.T, pause time.Duration, replicas ...*program.Process) *Crowd {
	t.Helper()
	c := &Crowd{t: t, replicas: replicas, pause: pause, answers: make(map[int]int)}
	for i := range Size {
		a := Login(replicas[0].URL)
		if a.Token == "" {
			t.Fatalf("a log-in is answered %d %s", a.Status, a.Text)
		}
		c.members = append(c.members, &member{token: a.Token, first: a.Token, tries: i})
	}
	return c
}

// Busy lets every member refresh until rest is called.
func (c *Crowd) Busy() (rest func()) {
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, m := range c.members {
		all.Go(func() {
			for ctx.Err() == nil && c.note(c.try(m)) {
			}
		})
	}
	rest = func() { stop(); all.Wait() }
	c.t.Cleanup(rest)
	return rest
}

// try refreshes once and then waits as told.
func (c *Crowd) try(m *member) Answer {
	m.tries++
	began := time.Now()
	a := Refresh(c.replicas[m.tries%len(c.replicas)].URL, m.token)
	if a.Token != "" {
		m.token = a.Token
		m.asked.Store(began.UnixNano())
		time.Sleep(c.pause)
	} else {
		time.Sleep(max(a.Wait, breath))
	}
	return a
}

// note reports false for a member that was turned away: it does not come again.
func (c *Crowd) note(a Answer) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[a.Status]++
	c.Slowest, c.LongestWait = max(c.Slowest, a.Took), max(c.LongestWait, a.Wait)
	if wrong := a.Wrong(); wrong != "" {
		c.wrong = append(c.wrong, wrong)
	}
	return a.Wrong() == ""
}

// Count is how often the crowd was answered with a status, 0 for no answer.
func (c *Crowd) Count(status int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answers[status]
}

// Served is how many have been answered 200 to a request that they sent at an instant or later.
func (c *Crowd) Served(since time.Time) (n int) {
	for _, m := range c.members {
		if m.asked.Load() >= since.UnixNano() {
			n++
		}
	}
	return n
}

// IsServed waits until every member has been answered 200 to a request that it sent from now on, and returns how long
// that took.
func (c *Crowd) IsServed(limit time.Duration) time.Duration {
	c.t.Helper()
	now := time.Now()
	return program.Within(c.t, limit, "every member of the crowd is served", func() bool { return c.Served(now) == Size })
}

// LostNothing checks that nobody was turned away, and that the newest token of each member is still taken.
func (c *Crowd) LostNothing() {
	c.t.Helper()
	for _, wrong := range c.wrong[:min(5, len(c.wrong))] {
		c.t.Errorf("%d members were turned away: %s", len(c.wrong), wrong)
	}
	for i, m := range c.members {
		if a := Refresh(c.replicas[0].URL, m.token); a.Token == "" {
			c.t.Errorf("at the end member %d is answered %d %s, want 200", i, a.Status, a.Text)
		}
	}
}

// IsStillGuarded checks that a token that was replaced long ago is refused, and ends its session.
func (c *Crowd) IsStillGuarded() {
	c.t.Helper()
	m := c.members[0]
	for _, token := range []string{m.first, m.token} {
		if a := Refresh(c.replicas[0].URL, token); a.Status != http.StatusUnauthorized {
			c.t.Errorf("after a stale token the session is answered %d %s, want 401", a.Status, a.Text)
		}
	}
}
