package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// call is a kind of call of the store.
type call struct{ what, outcome string }

// calls is what is known of the store.
type calls struct {
	kinds *table[call, prometheus.Observer]
}

func newCalls(in promauto.Factory) calls {
	took := in.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: namespace, Subsystem: "store", Name: "call_duration_seconds",
		Help: "How long calls of the store took, by what was asked and what became of it.", Buckets: commitSeconds,
	}, []string{"call", "outcome"})
	return calls{newTable(func(c call) prometheus.Observer { return took.WithLabelValues(c.what, c.outcome) })}
}

// ObserveCall counts one call of the store: what was asked and what became of it, each one of a fixed few texts, and how
// long it took.
func (m *Meter) ObserveCall(what, outcome string, took time.Duration) {
	m.calls.kinds.at(call{what, outcome}).Observe(max(took, 0).Seconds())
}
