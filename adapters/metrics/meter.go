// Package metrics keeps count of what the service does, in the words of Prometheus. Whoever does something calls a Meter;
// nothing here decides, logs or listens. Labels are words of the program alone, a fixed number of them: never an id, an
// address or anything else that a client chose.
package metrics

import (
	"runtime"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// namespace begins the name of everything that is ours.
const namespace = "vidaplus"

// Build says which program runs.
type Build struct{ Version, Commit string }

// Meter holds every metric of one program, in a registry of its own. Use NewMeter. All its methods may be called from many
// goroutines at once.
//
// Each subject has a file: a struct of its metrics, made here, and the methods that feed them.
type Meter struct {
	registry *prometheus.Registry
	asking   sync.Mutex
	http     requests
	outcomes outcomes
	commits  commits
	pruning  pruning
	defence  defence
	calls    calls
}

// NewMeter returns a Meter in which nothing has happened.
func NewMeter(build Build) *Meter {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	in := promauto.With(registry)
	in.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "Always 1. The labels say which program runs.",
	}, []string{"version", "commit", "goversion"}).WithLabelValues(build.Version, build.Commit, runtime.Version()).Set(1)
	return &Meter{
		registry: registry,
		http:     newRequests(in),
		outcomes: newOutcomes(in),
		commits:  newCommits(in),
		pruning:  newPruning(in),
		defence:  newDefence(in),
		calls:    newCalls(in),
	}
}
