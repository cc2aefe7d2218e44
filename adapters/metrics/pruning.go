package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// pruning is what was deleted because nobody needs it any more.
type pruning struct {
	rows  *table[string, prometheus.Counter]
	turns *table[string, prometheus.Counter]
	took  prometheus.Gauge
}

func newPruning(in promauto.Factory) pruning {
	rows := in.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "pruned_total", Help: "Rows that were deleted because nobody needs them any more.",
	}, []string{"what"})
	turns := in.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "prunings_total", Help: "Passes through the tables, by what became of them.",
	}, []string{"outcome"})
	return pruning{
		rows:  newTable(func(what string) prometheus.Counter { return rows.WithLabelValues(what) }, "sessions", "events", "attempts"),
		turns: newTable(func(outcome string) prometheus.Counter { return turns.WithLabelValues(outcome) }, "done", "elsewhere", "failed"),
		took: in.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "pruning_seconds", Help: "How long the last pass of this process through the tables took.",
		}),
	}
}

// Pruned counts rows that were deleted.
func (m *Meter) Pruned(sessions, events, attempts int) {
	m.pruning.rows.at("sessions").Add(float64(sessions))
	m.pruning.rows.at("events").Add(float64(events))
	m.pruning.rows.at("attempts").Add(float64(attempts))
}

// KeptHouse counts a pass: done, elsewhere (another replica was at it, so there was none) or failed.
func (m *Meter) KeptHouse(outcome string, took time.Duration) {
	m.pruning.turns.at(outcome).Inc()
	if outcome == "done" {
		m.pruning.took.Set(took.Seconds())
	}
}
