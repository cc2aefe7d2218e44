package metrics

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func told(t *testing.T, m *Meter) string {
	t.Helper()
	text, format, err := m.Text()
	if err != nil || format != "text/plain; version=0.0.4; charset=utf-8" {
		t.Fatalf("the text is %q, %v", format, err)
	}
	return string(text)
}

// tells checks that each line is there, and there once.
func tells(t *testing.T, m *Meter, lines ...string) {
	t.Helper()
	all := strings.Split(told(t, m), "\n")
	for _, line := range lines {
		if n := len(slices.DeleteFunc(slices.Clone(all), func(other string) bool { return other != line })); n != 1 {
			t.Errorf("%s stands there %d times in\n%s", line, n, strings.Join(ours(all), "\n"))
		}
	}
}

func ours(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(line string) bool { return !strings.HasPrefix(line, namespace) })
}

func TestMeter_CountsAnswersByRouteMethodStatusAndOutcome(t *testing.T) {
	m := NewMeter(Build{})
	m.Answered("/auth/token", "POST", 200, "ok", 30*time.Millisecond)
	m.Answered("/auth/token", "POST", 401, "refused", 300*time.Millisecond)
	m.Answered("/auth/token", "POST", 401, "refused", 300*time.Millisecond)
	m.Answered("", "other", 404, "invalid", -time.Hour)
	tells(t, m,
		`vidaplus_http_requests_total{method="POST",outcome="ok",route="/auth/token",status="200"} 1`,
		`vidaplus_http_requests_total{method="POST",outcome="refused",route="/auth/token",status="401"} 2`,
		`vidaplus_http_requests_total{method="other",outcome="invalid",route="other",status="404"} 1`,
		`vidaplus_http_request_duration_seconds_bucket{route="/auth/token",le="0.05"} 1`,
		`vidaplus_http_request_duration_seconds_count{route="/auth/token"} 3`,
		`vidaplus_http_request_duration_seconds_sum{route="other"} 0`,
	)
}

func TestMeter_CountsOutcomesFromZero(t *testing.T) {
	m := NewMeter(Build{})
	tells(t, m, `vidaplus_refreshes_total{outcome="reused"} 0`, `vidaplus_logins_total{outcome="refused"} 0`)
	m.Refreshed("reused")
	m.LoggedIn("refused")
	m.LoggedIn("refused")
	m.LoggedIn("unheard of")
	tells(t, m, `vidaplus_refreshes_total{outcome="reused"} 1`, `vidaplus_logins_total{outcome="refused"} 2`,
		`vidaplus_logins_total{outcome="unheard of"} 1`)
}

func TestMeter_TellsHowRotationsShareCommits(t *testing.T) {
	m := NewMeter(Build{})
	m.ObserveCommit(3, 250*time.Microsecond, 2*time.Millisecond)
	m.ObserveCommit(1, -time.Second, 4*time.Millisecond)
	tells(t, m,
		`vidaplus_rotations_per_commit_bucket{le="2"} 1`, `vidaplus_rotations_per_commit_bucket{le="4"} 2`,
		`vidaplus_rotations_per_commit_bucket{le="1024"} 2`, `vidaplus_rotations_per_commit_sum 4`,
		`vidaplus_rotation_queue_seconds_sum 0.00025`, `vidaplus_rotation_queue_seconds_count 2`,
		`vidaplus_rotation_commit_seconds_bucket{le="0.0025"} 1`, `vidaplus_rotation_commit_seconds_sum 0.006`,
	)
}

func TestMeter_TellsWhichProgramRunsAndHowItsProcessDoes(t *testing.T) {
	text := told(t, NewMeter(Build{Version: "v1.2.3", Commit: "abc"}))
	for _, part := range []string{
		`vidaplus_build_info{commit="abc",goversion="go1.`, `,version="v1.2.3"} 1`,
		"\ngo_goroutines ", "\nprocess_cpu_seconds_total ", "# HELP vidaplus_refreshes_total ",
		"# TYPE vidaplus_rotation_queue_seconds histogram",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%s is not in\n%s", part, text)
		}
	}
}

// A registry that all programs of a process share could not hold two.
func TestMeter_KeepsToItself(t *testing.T) {
	one, other := NewMeter(Build{}), NewMeter(Build{})
	one.Refreshed("rotated")
	tells(t, other, `vidaplus_refreshes_total{outcome="rotated"} 0`)
}

func TestMeter_LosesNothingThatManySayAtOnce(t *testing.T) {
	const callers, times = 16, 500
	m := NewMeter(Build{})
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for range times {
				m.Answered("/auth/token", "POST", 200+i%4, "ok", time.Millisecond)
				m.Refreshed("new")
			}
			told(t, m)
		})
	}
	all.Wait()
	tells(t, m,
		`vidaplus_http_requests_total{method="POST",outcome="ok",route="/auth/token",status="203"} 2000`,
		`vidaplus_http_request_duration_seconds_count{route="/auth/token"} 8000`,
		`vidaplus_refreshes_total{outcome="new"} 8000`,
	)
}

func TestMeter_WhatCannotBeGatheredIsAnError(t *testing.T) {
	m := NewMeter(Build{})
	name := prometheus.NewDesc("broken", "Broken.", nil, nil)
	m.registry.MustRegister(broken{prometheus.NewInvalidMetric(name, errors.New("out of cheese"))})
	if text, _, err := m.Text(); err == nil || text != nil {
		t.Errorf("%v with a text of %d bytes, want an error alone", err, len(text))
	}
}

// broken is a collector that cannot tell.
type broken struct{ prometheus.Metric }

func (b broken) Describe(to chan<- *prometheus.Desc) { to <- b.Desc() }

func (b broken) Collect(to chan<- prometheus.Metric) { to <- b.Metric }

func TestMeter_CountsWhatIsLimitedAndWhatIsLostFromZero(t *testing.T) {
	m := NewMeter(Build{})
	tells(t, m, `vidaplus_limited_total{limit="account"} 0`, `vidaplus_limited_total{limit="session"} 0`, `vidaplus_events_lost_total 0`)
	m.Limited("account")
	m.LostEvents(3)
	tells(t, m, `vidaplus_limited_total{limit="account"} 1`, `vidaplus_limited_total{limit="address"} 0`, `vidaplus_events_lost_total 3`)
}
