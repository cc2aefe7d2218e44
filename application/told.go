package application

import (
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	// toldFor is how long an attempt that was told of is not told of again, maxTold how many are told of meanwhile.
	toldFor = time.Minute
	maxTold = 100
)

// told knows which limited attempts were recorded lately.
type told struct {
	mu    sync.Mutex
	since time.Time
	of    map[domain.Attempt]bool
}

func (t *told) first(a domain.Attempt, at time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if since := at.Sub(t.since); since >= toldFor || since < 0 {
		t.since, t.of = at, make(map[domain.Attempt]bool)
	}
	if t.of[a] || len(t.of) == maxTold {
		return false
	}
	t.of[a] = true
	return true
}
