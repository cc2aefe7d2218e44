package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// commitSeconds are the buckets of what a store takes: from a fast disk's flush to a store that hardly answers.
var commitSeconds = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}

// sizes is how many buckets there are of rotations that share a commit: 1, 2, 4 and so on up to 1024.
const sizes = 11

// commits is what is known of the store's commits of rotations.
type commits struct{ rotations, queue, commit prometheus.Histogram }

func newCommits(in promauto.Factory) commits {
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		return in.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets})
	}
	return commits{
		rotations: histogram("rotations_per_commit", "How many rotations shared one commit.",
			prometheus.ExponentialBuckets(1, 2, sizes)),
		queue: histogram("rotation_queue_seconds", "How long the first rotation of one commit waited before it began.",
			commitSeconds),
		commit: histogram("rotation_commit_seconds", "How long one commit of rotations took.", commitSeconds),
	}
}

// ObserveCommit counts one commit that so many rotations shared: how long the first of them had waited for it to begin, and
// how long it took.
func (m *Meter) ObserveCommit(rotations int, waited, took time.Duration) {
	m.commits.rotations.Observe(float64(rotations))
	m.commits.queue.Observe(max(waited, 0).Seconds())
	m.commits.commit.Observe(max(took, 0).Seconds())
}
