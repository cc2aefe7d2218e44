package application

import (
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// maxRemembered is how many addresses have their failures counted in one window, and how many are remembered as a client's.
const maxRemembered = 10_000

// origin is where a client comes from. Of one that is not known there the id is "".
type origin struct{ client, network string }

// clientLimit bounds how often a secret may be guessed from one network address in a window, on this replica. It is kept in
// memory: a secret is long and made by a machine, so replicas need not count together, and to ask a store would cost
// resource servers more than their question. Where a client has proved itself the failures under its name count alone: whoever
// is wrong under another cannot lock it out there.
type clientLimit struct {
	most     int
	window   time.Duration
	mu       sync.Mutex
	began    time.Time
	failures map[origin]int
	known    map[origin]bool
}

func newClientLimit(l domain.LoginLimits) *clientLimit {
	return &clientLimit{most: l.Address, window: l.Window, failures: make(map[origin]int), known: make(map[origin]bool)}
}

// judge returns nil for a client that has proved itself, domain.ErrClientUnknown for one that has not, and a
// domain.LimitedError for whoever has failed too often, right or wrong.
func (l *clientLimit) judge(claimed origin, proved bool, at time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if since := at.Sub(l.began); since >= l.window || since < 0 {
		l.began = at
		clear(l.failures)
	}
	from := origin{network: claimed.network}
	if l.known[claimed] {
		from = claimed
	}
	n, counted := l.failures[from]
	switch {
	case l.most > 0 && n >= l.most:
		return domain.LimitedError{Limit: domain.LimitClient, Wait: l.began.Add(l.window).Sub(at)}
	case proved:
		if len(l.known) < maxRemembered {
			l.known[claimed] = true
		}
		return nil
	case counted || len(l.failures) < maxRemembered:
		l.failures[from] = n + 1
	}
	return domain.ErrClientUnknown
}
