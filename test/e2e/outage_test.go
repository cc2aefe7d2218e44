package e2e

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/mariadb"
	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

const (
	// A short grace, which an outage outlives several times, and which is over when a client has waited for an answer and
	// then as long as it was told.
	shortGrace   = 3 * time.Second
	outlasting   = 8 * time.Second
	storeTimeout = 2 * time.Second
)

// databaseServer is one of a test's own.
type databaseServer interface {
	URL() string
	Stop(immediate bool)
	Start()
	Pause()
	Resume()
}

// outage is a way in which a database goes away and comes back.
type outage struct{ begin, end func(databaseServer) }

var outages = map[string]outage{
	"stops": {func(s databaseServer) { s.Stop(true) }, databaseServer.Start},
	// What was sent before the pause is carried out after it, although nobody waits for it any more.
	"stands still": {databaseServer.Pause, databaseServer.Resume},
}

// route is a way in which clients come to replicas: always to the same, to another at each try, or to one until the
// outage is over and to the other, which knows nothing of them, from then on.
type route struct {
	replicas int
	moves    bool
}

var routes = map[string]route{
	"one replica":                        {1, false},
	"two replicas in turn":               {2, false},
	"two replicas, one after the outage": {2, true},
}

func TestOutage_NobodyIsLoggedOutThoughItOutlastsTheGrace(t *testing.T) {
	t.Parallel()
	for what, o := range outages {
		for how, r := range routes {
			t.Run("PostgreSQL "+what+", "+how, func(t *testing.T) {
				t.Parallel()
				o.logsNobodyOut(t, pg.Start(t), r)
			})
		}
		t.Run("MariaDB "+what+", two replicas in turn", func(t *testing.T) {
			t.Parallel()
			o.logsNobodyOut(t, mariadb.Start(t), routes["two replicas in turn"])
		})
	}
}

func (o outage) logsNobodyOut(t *testing.T, server databaseServer, r route) {
	t.Helper()
	services := replicated(t, r.replicas, server.URL())
	members := crowd(crowdSize, services...)
	if r.moves {
		moveTo(members, services[0])
	}
	finish := inBackground(t, members)
	areServed(t, members)
	untracked := untracked(maria, time.Minute)

	o.begin(server)
	served := members[0].seen.count(http.StatusOK)
	services[0].turnsNobodyAway(t, untracked)
	services[0].login(joao, mariasPassword).is(t, http.StatusServiceUnavailable, "Service unavailable")
	time.Sleep(outlasting)
	if n := members[0].seen.count(http.StatusOK) - served; n > crowdSize {
		t.Errorf("%d refreshes went well without a database, want those at most that were on their way", n)
	}
	if r.moves {
		finish()
		moveTo(members, services[1])
	}
	o.end(server)
	if r.moves {
		finish = inBackground(t, members)
	}
	program.Within(t, 10*time.Second, "the service is ready again", services[0].ready)
	areServed(t, members)
	finish()
	wereToldInTime(t, members)
	nobodyWasTurnedAway(t, members)
	services[0].refreshed(untracked)
}

func moveTo(members []*member, s *service) {
	for _, m := range members {
		m.replicas = []*service{s}
	}
}

// replicated starts so many services on one database, with an account for maria.
func replicated(t *testing.T, count int, database string, env ...string) []*service {
	t.Helper()
	env = append(env, "REFRESH_GRACE="+shortGrace.String(), "STORE_TIMEOUT="+storeTimeout.String(), "LOG_LEVEL=warn")
	all := []*service{withUser(t, database, env...)}
	for len(all) < count {
		all = append(all, start(t, database, env...))
	}
	return all
}

// inBackground lets the members refresh until finish is called.
func inBackground(t *testing.T, members []*member) (finish func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		refreshing(ctx, members)
	}()
	finish = func() { stop(); <-done }
	t.Cleanup(finish)
	return finish
}

// areServed waits until the members have been served, five times each on the average.
func areServed(t *testing.T, members []*member) {
	t.Helper()
	goal := members[0].seen.count(http.StatusOK) + 5*len(members)
	program.Within(t, time.Minute, "the crowd is served", func() bool { return members[0].seen.count(http.StatusOK) >= goal })
}

// turnsNobodyAway checks what a service says whose database does not answer.
func (s *service) turnsNobodyAway(t *testing.T, untracked string) {
	t.Helper()
	began := time.Now()
	if s.ready() {
		t.Error("the service says that it is ready")
	}
	s.login(maria, mariasPassword).is(t, http.StatusServiceUnavailable, "Service unavailable")
	s.refresh(untracked).is(t, http.StatusServiceUnavailable, "Service unavailable")
	s.refresh(untracked+"x").is(t, http.StatusUnauthorized, badToken)
	if took := time.Since(began); took > 4*storeTimeout+5*time.Second {
		t.Errorf("that took %v", took)
	}
}

// wereToldInTime checks what members saw who noticed that the store was away.
func wereToldInTime(t *testing.T, members []*member) {
	t.Helper()
	seen := members[0].seen
	switch {
	case seen.count(http.StatusServiceUnavailable) < len(members):
		t.Errorf("it was noticed %d times only, so nothing is proved", seen.count(http.StatusServiceUnavailable))
	case seen.count(0) > 0:
		t.Errorf("%d requests got no answer from a service that ran", seen.count(0))
	case seen.slowest > storeTimeout+time.Second:
		t.Errorf("the slowest answer took %v, want at most the store's timeout and 1s", seen.slowest)
	case seen.longestWait >= shortGrace:
		t.Errorf("a client was told to wait %v, want less than the grace", seen.longestWait)
	}
}
