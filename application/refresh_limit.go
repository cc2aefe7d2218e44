package application

import (
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	refreshWindow = time.Minute
	// maxCounted is how many sessions are counted in one window. Those beyond are not limited in it: only who holds a token
	// that we signed is counted, so nobody gets there by making sessions up.
	maxCounted = 100_000
	// lastChance is how long before its token expires a session is not limited any more: enough for a client that comes again
	// as told, a second late by rounding and some by its way here, and for an answer of 503 in between.
	lastChance = 10 * time.Second
)

// refreshLimit bounds how often one session is refreshed in a minute, on this replica. It is kept in memory, since to ask
// a store would cost more than the refresh. A nil refreshLimit limits nothing.
type refreshLimit struct {
	most   int
	mu     sync.Mutex
	began  time.Time
	counts map[string]int
}

func newRefreshLimit(most int) *refreshLimit {
	if most == 0 {
		return nil
	}
	return &refreshLimit{most: most, counts: make(map[string]int)}
}

// check counts a refresh, or refuses it with a domain.LimitedError: nobody waits longer than the token can be refreshed that
// expires at `expires`, so whoever waits as told is not logged out.
func (l *refreshLimit) check(sessionID string, expires, at time.Time) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if since := at.Sub(l.began); since >= refreshWindow || since < 0 {
		l.began = at
		clear(l.counts)
	}
	n, counted := l.counts[sessionID]
	chance := expires.Add(-lastChance).Sub(at)
	switch {
	case n >= l.most && chance > 0:
		return domain.LimitedError{Limit: domain.LimitSession, Wait: min(l.began.Add(refreshWindow).Sub(at), chance)}
	case counted || len(l.counts) < maxCounted:
		l.counts[sessionID] = n + 1
	}
	return nil
}
