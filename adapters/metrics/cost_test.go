package metrics

import (
	"testing"
	"time"
)

// refreshed is everything that one refresh feeds.
func refreshed(m *Meter) {
	m.Answered("/auth/token/refresh_token", "POST", 200, "ok", 3*time.Millisecond)
	m.Refreshed("rotated")
}

func TestMeter_ARefreshMakesNoGarbage(t *testing.T) {
	m := NewMeter(Build{})
	if n := testing.AllocsPerRun(1000, func() {
		refreshed(m)
		m.ObserveCommit(8, time.Millisecond, time.Millisecond)
	}); n != 0 {
		t.Errorf("a refresh allocates %v times, want none", n)
	}
}

// filled has every kind of answer that a service in use has given.
func filled() *Meter {
	m := NewMeter(Build{})
	for _, route := range []string{"/auth/token", "/auth/token/refresh_token", "/auth/logout", "/auth/me", "/healthz", "/readyz", "/metrics", ""} {
		for _, method := range []string{"GET", "POST", "other"} {
			for _, status := range []int{200, 401, 405, 503} {
				m.Answered(route, method, status, "ok", time.Millisecond)
			}
		}
	}
	return m
}

func BenchmarkRefresh(b *testing.B) {
	m := filled()
	b.ReportAllocs()
	for b.Loop() {
		refreshed(m)
	}
}

func BenchmarkRefresh_OnEveryCore(b *testing.B) {
	m := filled()
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			refreshed(m)
		}
	})
}

func BenchmarkCommit(b *testing.B) {
	m := filled()
	b.ReportAllocs()
	for b.Loop() {
		m.ObserveCommit(8, time.Millisecond, 3*time.Millisecond)
	}
}

func BenchmarkText(b *testing.B) {
	m := filled()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := m.Text(); err != nil {
			b.Fatal(err)
		}
	}
}
