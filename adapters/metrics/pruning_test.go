package metrics

import (
	"testing"
	"time"
)

func TestMeter_CountsWhatIsPrunedFromZero(t *testing.T) {
	m := NewMeter(Build{})
	tells(t, m, `vidaplus_pruned_total{what="sessions"} 0`, `vidaplus_prunings_total{outcome="failed"} 0`, `vidaplus_pruning_seconds 0`)
	m.Pruned(3, 2, 1)
	m.KeptHouse("done", 1500*time.Millisecond)
	m.KeptHouse("elsewhere", time.Millisecond)
	tells(t, m, `vidaplus_pruned_total{what="sessions"} 3`, `vidaplus_pruned_total{what="events"} 2`,
		`vidaplus_pruned_total{what="attempts"} 1`, `vidaplus_prunings_total{outcome="done"} 1`,
		`vidaplus_prunings_total{outcome="elsewhere"} 1`, `vidaplus_pruning_seconds 1.5`)
}
