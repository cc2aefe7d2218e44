package ha

import (
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/crowd"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

const (
	// resumption is how long after the fail-over refreshes may begin to be served again.
	resumption = 2 * time.Second
	// retry is how much later a member may come that was told just before to come again: the service waits for the store
	// for two seconds, and the member for one.
	retry = 3 * time.Second
)

func TestCluster_NothingThatWasAcknowledgedIsLost(t *testing.T) {
	c := newCluster(t)
	members := gathered(t, c.url)
	rest := members.Busy()
	members.IsServed(patience)

	kills := kills(t)
	for i := range kills {
		leader := c.whole()
		began := time.Now()
		// The last one takes its etcd along, as a machine that is lost does.
		leader.kill(i == kills-1)
		c.resumes(members, began, time.Now(), "the primary is killed")
		leader.start()
	}

	leader, next := c.whole(), c.synchronous()
	began := time.Now()
	leader.switchTo(next)
	program.Within(t, patience, "the other node leads", next.leads)
	c.resumes(members, began, time.Now(), "the primary hands over to its standby")

	leader = c.whole()
	c.nothingIsServedWithoutAStandby(leader, members)
	rest()
	nobodyWasTurnedAway(t, members)
}

// kills is how many primaries are killed: HA_KILLS, or two, which continuous integration has the time for.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("HA_KILLS")
	if text == "" {
		return 2
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("HA_KILLS is %q, want a number", text)
	}
	return n
}

// resumes checks how long after the cluster has a primary again the members are served with what they ask for after
// since. The fail-over began at began.
func (c *cluster) resumes(members *crowd.Crowd, began, since time.Time, what string) {
	c.t.Helper()
	first := make(chan time.Time, 1)
	go func() {
		for end := began.Add(patience); members.Served(since) == 0 && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		first <- time.Now()
	}()
	writable := c.writable()
	resumed := <-first
	program.Within(c.t, patience, "everybody is served", func() bool { return members.Served(writable) == crowd.Size })
	all := time.Now()
	c.t.Logf("%s: writable after %.1fs, refreshes served %.1fs later, everybody %.1fs later", what,
		writable.Sub(began).Seconds(), resumed.Sub(writable).Seconds(), all.Sub(writable).Seconds())
	if late := resumed.Sub(writable); late > resumption {
		c.t.Errorf("%s: refreshes are served %v after the fail-over, want %v at most", what, late, resumption)
	}
	if late := all.Sub(writable); late > resumption+retry {
		c.t.Errorf("%s: everybody is served %v after the fail-over, want %v at most", what, late, resumption+retry)
	}
}

// nothingIsServedWithoutAStandby kills both standbys: a token that was handed out now could be lost with the primary.
func (c *cluster) nothingIsServedWithoutAStandby(leader *node, members *crowd.Crowd) {
	c.t.Helper()
	for _, n := range c.nodes {
		if n != leader {
			n.kill(false)
		}
	}
	gone := time.Now()
	refused := members.Count(http.StatusServiceUnavailable)
	program.Within(c.t, patience, "everybody is told to come again twice", func() bool {
		return members.Served(gone) > 0 || members.Count(http.StatusServiceUnavailable) >= refused+2*crowd.Size
	})
	if n := members.Served(gone); n > 0 {
		c.t.Errorf("%d members were given a token that no standby has", n)
	}
	back := time.Now()
	for _, n := range c.nodes {
		if n != leader {
			n.start()
		}
	}
	c.resumes(members, back, back, "both standbys are gone for a while")
}
