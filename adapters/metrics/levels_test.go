package metrics

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestMeter_TellsHowLongTheStoreTook(t *testing.T) {
	m := NewMeter(Build{})
	m.ObserveCall("find a user", "ok", 2*time.Millisecond)
	m.ObserveCall("find a user", "ok", -time.Hour)
	m.ObserveCall("find a user", "unavailable", time.Second)
	tells(t, m,
		`vidaplus_store_call_duration_seconds_bucket{call="find a user",outcome="ok",le="0.0025"} 2`,
		`vidaplus_store_call_duration_seconds_sum{call="find a user",outcome="ok"} 0.002`,
		`vidaplus_store_call_duration_seconds_count{call="find a user",outcome="unavailable"} 1`,
	)
}

func TestMeter_TellsHowPoolAndHashesDoAtThatMoment(t *testing.T) {
	m := NewMeter(Build{})
	c := Connections{InUse: 3, Idle: 4, Max: 20, Waits: 5, Waited: 1500 * time.Millisecond}
	running, waiting := 1, 7
	m.WatchConnections(func() Connections { return c })
	m.WatchHashes(func() (int, int) { return running, waiting })
	tells(t, m,
		`vidaplus_store_connections{state="in_use"} 3`, `vidaplus_store_connections{state="idle"} 4`, `vidaplus_store_connections_max 20`,
		`vidaplus_store_connection_waits_total 5`, `vidaplus_store_connection_wait_seconds_total 1.5`,
		`vidaplus_password_hashes_running 1`, `vidaplus_password_hashes_waiting 7`,
	)
	c.InUse, running, waiting = 0, 2, 0
	tells(t, m, `vidaplus_store_connections{state="in_use"} 0`, `vidaplus_password_hashes_running 2`, `vidaplus_password_hashes_waiting 0`)
}

// counting is a store that is asked how many sessions are live, and a clock that the test turns.
type counting struct {
	now   time.Time
	asked chan struct{}
	reply chan error
	live  int
}

func watchedSessions(m *Meter) (*counting, func()) {
	c := &counting{now: time.Unix(1e9, 0), asked: make(chan struct{}, 10), reply: make(chan error)}
	return c, m.WatchSessions(func() (int, error) {
		c.asked <- struct{}{}
		err := <-c.reply
		return c.live, err
	}, func() time.Time { return c.now })
}

func (c *counting) silent(t *testing.T, m *Meter, because string) {
	t.Helper()
	if text := told(t, m); strings.Contains(text, "\nvidaplus_sessions_live ") {
		t.Errorf("a number of live sessions is told %s", because)
	}
}

func TestMeter_AsksForLiveSessionsOnceAMinuteAndKeepsNobodyWaiting(t *testing.T) {
	m := NewMeter(Build{})
	c, wait := watchedSessions(m)
	for range 3 {
		c.silent(t, m, "before the store has answered")
	}
	c.live = 42
	c.reply <- nil
	wait()
	c.now = c.now.Add(countEvery - time.Second)
	for range 3 {
		tells(t, m, `vidaplus_sessions_live 42`)
	}
	if len(c.asked) != 1 {
		t.Errorf("within a minute the store was asked %d times, want once", len(c.asked))
	}
	c.now = c.now.Add(time.Second)
	c.live = 43
	tells(t, m, `vidaplus_sessions_live 42`)
	c.reply <- nil
	wait()
	tells(t, m, `vidaplus_sessions_live 43`)
	if len(c.asked) != 2 {
		t.Errorf("after a minute the store was asked %d times in all, want twice", len(c.asked))
	}
}

func TestMeter_TellsNoNumberOfSessionsThatTheStoreDoesNotConfirm(t *testing.T) {
	m := NewMeter(Build{})
	c, wait := watchedSessions(m)
	told(t, m)
	c.live = 42
	c.reply <- nil
	wait()
	tells(t, m, `vidaplus_sessions_live 42`)
	c.now = c.now.Add(countEvery)
	told(t, m)
	c.reply <- errors.New("out of cheese")
	wait()
	c.silent(t, m, "although the store failed")
}
