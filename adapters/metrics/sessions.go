package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// countEvery is how old a count of sessions gets before the next one.
const countEvery = time.Minute

var sessionsLive = desc("sessions_live", "About how many sessions are live, in the whole store: every replica tells the same.")

// WatchSessions tells how many sessions are live. The store is asked for that once a minute, if metrics are told at all,
// and in the background: whoever collects metrics never waits for the store, and gets the last answer, or none if the
// store gave none. The function that it returns waits until nobody asks any more.
func (m *Meter) WatchSessions(ask func() (int, error), now func() time.Time) (wait func()) {
	s := &sessions{ask: ask, now: now}
	m.watch(s.tell, sessionsLive)
	return s.asking.Wait
}

type sessions struct {
	ask    func() (int, error)
	now    func() time.Time
	asking sync.WaitGroup

	mu    sync.Mutex
	asked time.Time
	busy  bool
	live  int
	known bool
}

func (s *sessions) tell(to level) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); !s.busy && (s.asked.IsZero() || now.Sub(s.asked) >= countEvery) {
		s.busy, s.asked = true, now
		s.asking.Go(s.count)
	}
	if s.known {
		to(prometheus.GaugeValue, float64(s.live), sessionsLive)
	}
}

func (s *sessions) count() {
	live, err := s.ask()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy, s.live, s.known = false, live, err == nil
}
