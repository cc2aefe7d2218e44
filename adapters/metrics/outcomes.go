package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// The words that a counter starts with at 0, so that the first reuse of all counts as an increase. Another word has one
// from the first time it is used.
var (
	refreshOutcomes = []string{"rotated", "replayed", "reused", "expired", "revoked", "refused", "limited", "unavailable", "hung_up", "failed"}
	loginOutcomes   = []string{"succeeded", "refused", "limited", "invalid", "busy", "unavailable", "hung_up", "failed"}
)

// outcomes is what became of what clients asked for.
type outcomes struct {
	refreshes, logins *table[string, prometheus.Counter]
}

func newOutcomes(in promauto.Factory) outcomes {
	of := func(name, help string, words []string) *table[string, prometheus.Counter] {
		vec := in.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, []string{"outcome"})
		return newTable(func(outcome string) prometheus.Counter { return vec.WithLabelValues(outcome) }, words...)
	}
	return outcomes{
		refreshes: of("refreshes_total", "Refreshes that were asked for, by what became of them.", refreshOutcomes),
		logins:    of("logins_total", "Log-ins that were tried, by what became of them.", loginOutcomes),
	}
}

// Refreshed counts a refresh. outcome is one of a fixed few words.
func (m *Meter) Refreshed(outcome string) { m.outcomes.refreshes.at(outcome).Inc() }

// LoggedIn counts an attempt to log in. outcome is one of a fixed few words.
func (m *Meter) LoggedIn(outcome string) { m.outcomes.logins.at(outcome).Inc() }
