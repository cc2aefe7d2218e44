package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// limitNames are what there are limits of, counted from 0.
var limitNames = []string{"account", "address", "device", "session", "client"}

// defence is what was refused for being too much, and what could not be written down.
type defence struct {
	limited *table[string, prometheus.Counter]
	lost    prometheus.Counter
}

func newDefence(in promauto.Factory) defence {
	limited := in.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "limited_total", Help: "Requests that were refused because a limit was reached, by what is limited.",
	}, []string{"limit"})
	return defence{
		limited: newTable(func(limit string) prometheus.Counter { return limited.WithLabelValues(limit) }, limitNames...),
		lost: in.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "events_lost_total", Help: "Security events that were logged but could not be stored.",
		}),
	}
}

// Limited counts a request that was refused. limit is one of a fixed few words.
func (m *Meter) Limited(limit string) { m.defence.limited.at(limit).Inc() }

// LostEvents counts security events that were not stored.
func (m *Meter) LostEvents(n int) { m.defence.lost.Add(float64(n)) }
