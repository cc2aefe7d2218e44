package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// drainedWithin is the replicas' SHUTDOWN_TIMEOUT.
const drainedWithin = 10 * time.Second

func TestRollout_ReplicasAreReplacedOneAfterTheOtherAndNoRequestFails(t *testing.T) {
	t.Run("by the same program", func(t *testing.T) {
		t.Parallel()
		rolledOut(t, binary)
	})
	t.Run("of the previous release", func(t *testing.T) {
		t.Parallel()
		rolledOut(t, previousRelease(t))
	})
}

// rolledOut replaces two replicas of an old program by the present one while clients are served.
func rolledOut(t *testing.T, old string) {
	t.Helper()
	database := pg.Database(t)
	replicas := make([]*service, 2)
	for i := range replicas {
		replicas[i] = unstarted(t, program.Process{
			Program: old, Address: program.FreeAddress(t),
			Env: program.Environment(database, "SHUTDOWN_TIMEOUT="+drainedWithin.String(), "LOG_LEVEL=warn"),
		})
		replicas[i].Start()
	}
	replicas[0].AddUser(maria, mariasPassword)
	replicas[0].AddUser(joao, mariasPassword)
	p := behindHAProxy(t, replicas[0].Address, replicas[1].Address)
	p.sendsTo(1)
	p.sendsTo(2)
	public := newPublic(p)
	defer public.leave()
	public.isServed()

	// As the handbook says: first the schema, by the new program, then one replica after the other.
	if _, stderr, code := runWith(t, t.TempDir(), replicas[0].Env, "", "migrate"); code != 0 {
		t.Fatalf("migrate ended with %d: %s", code, stderr)
	}
	public.isServed()
	for i, s := range replicas {
		s.isReplacedBehind(p, i+1)
		public.isServed()
	}
	public.leave()
	public.missedNothing()
	for _, s := range replicas {
		if strings.Contains(s.counted(), "vidaplus_refreshes_total{outcome=\"rotated\"} 0\n") {
			t.Errorf("the new replica at %s rotated nothing, so nothing is proved", s.Address)
		}
	}
}

// isReplacedBehind ends a replica as an update does, and starts the present program in its place.
func (s *service) isReplacedBehind(p *proxy, number int) {
	s.T.Helper()
	began := time.Now()
	if code := s.Stop(syscall.SIGTERM); code != 0 || time.Since(began) > drainedWithin {
		s.T.Errorf("replica %d ended with %d after %v, want 0 within %v:\n%s", number, code, time.Since(began), drainedWithin, s.Out)
	}
	s.T.Logf("replica %d was gone after %v", number, time.Since(began).Round(time.Millisecond))
	s.Program = binary
	s.Start()
	p.sendsTo(number)
}

// public is clients of many kinds, none of which comes a second time when something goes wrong.
type public struct {
	p       *proxy
	all     sync.WaitGroup
	leaving atomic.Bool
	served  atomic.Int64
	mu      sync.Mutex
	// missed is what went wrong, and tokens what the refreshing clients hold in the end.
	missed, tokens []string
}

func newPublic(p *proxy) *public {
	c := &public{p: p}
	for range crowdSize {
		token := p.loggedIn()
		c.all.Go(func() { c.refreshes(token) })
	}
	token := p.loggedIn()
	// Somebody else's, since a user's oldest session ends when there are too many.
	form := "username=" + joao + "&password=" + strings.ReplaceAll(mariasPassword, " ", "+")
	c.asks("POST", "/auth/token", "", form, http.StatusOK)
	c.asks("GET", "/auth/me", token, "", http.StatusOK)
	c.asks("POST", "/auth/logout", "", "", http.StatusUnauthorized)
	return c
}

// refreshes goes on with one session, over connections that it keeps as long as it is let.
func (c *public) refreshes(token string) {
	for !c.leaving.Load() {
		w, err := c.p.dialed()
		if err != nil {
			c.misses("connect", 0, err)
			return
		}
		for closes := false; !closes && !c.leaving.Load(); {
			got := w.refresh(token)
			if got.err != nil || got.status != http.StatusOK {
				c.misses("refresh", got.status, got.err)
				return
			}
			c.served.Add(1)
			token, closes = got.token, got.closes
		}
		_ = w.Close()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens = append(c.tokens, token)
}

// asks sends one request again and again, each on a connection of its own, as careless clients do.
func (c *public) asks(method, path, token, body string, status int) {
	c.all.Go(func() {
		for !c.leaving.Load() {
			header := []string{"Connection: close"}
			if body != "" {
				header = append(header, "Content-Type: application/x-www-form-urlencoded")
			}
			got, err := c.p.tryCall(method, path, token, body, header...)
			if err != nil || got.status != status {
				c.misses(method+" "+path, got.status, err)
				return
			}
			c.served.Add(1)
			time.Sleep(breath / 10)
		}
	})
}

func (c *public) misses(what string, status int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.missed = append(c.missed, fmt.Sprintf("%s: status %d, %v", what, status, err))
}

// isServed waits until a good number of further requests was served.
func (c *public) isServed() {
	c.p.T.Helper()
	goal := c.served.Load() + 10*crowdSize
	program.Within(c.p.T, time.Minute, "the public is served", func() bool { return c.served.Load() >= goal })
}

// leave lets everybody finish. It may be called twice.
func (c *public) leave() {
	c.leaving.Store(true)
	c.all.Wait()
}

func (c *public) missedNothing() {
	c.p.T.Helper()
	c.p.T.Logf("%d requests were served, %d were not", c.served.Load(), len(c.missed))
	for _, missed := range c.missed {
		c.p.T.Errorf("a request failed: %s", missed)
	}
	if len(c.missed) == 0 && len(c.tokens) != crowdSize {
		c.p.T.Errorf("%d sessions are left, want %d", len(c.tokens), crowdSize)
	}
	for _, token := range c.tokens {
		c.p.refreshed(token)
	}
}

func TestProxy_SaysWhatTheServiceWouldWhenNobodyCanServe(t *testing.T) {
	t.Parallel()
	p := behindHAProxy(t, program.FreeAddress(t), program.FreeAddress(t))
	program.Within(t, 10*time.Second, "the proxy says that nobody can serve", func() bool {
		got := p.refresh("a.b.c")
		return got.status == http.StatusServiceUnavailable && got.body == `{"detail":"Service unavailable"}` &&
			got.header.Get("Retry-After") == "1" && got.header.Get("Content-Type") == "application/json"
	})
}

func TestProxy_HidesTheMetricsAndBelievesNoClientsAddress(t *testing.T) {
	t.Parallel()
	address := program.FreeAddress(t)
	s := unstarted(t, program.Process{
		Address: address,
		Env:     program.Environment("sqlite:vidaplus.db", "TRUSTED_PROXIES=127.0.0.1"),
	})
	s.Start()
	s.AddUser(maria, mariasPassword)
	p := behindHAProxy(t, address, address)
	p.sendsTo(1)
	token := mustSend(t, p.URL+"/auth/token", "username="+maria+"&password=correct+horse+battery",
		"Content-Type: application/x-www-form-urlencoded", "X-Forwarded-For: 198.51.100.7").token(t)
	got := p.call("GET", "/auth/sessions", token, "")
	if got.status != http.StatusOK || !strings.Contains(got.body, `"ip":"127.0.0.1"`) {
		t.Errorf("the sessions are answered with %d %s, want the client's own address", got.status, got.body)
	}
	for _, path := range []string{"/metrics", "/metrics/", "/%6detrics", "/metric%73/"} {
		p.call("GET", path, "", "").is(t, http.StatusNotFound, "Not Found")
	}
}
