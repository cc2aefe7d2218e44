package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// requestSeconds are the buckets of the time that an answer takes: from a refresh on an idle machine to a log-in that
// waits for its turn.
var requestSeconds = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// noRoute stands for every path that nothing is registered for.
const noRoute = "other"

// answer is a kind of answer.
type answer struct {
	route, method string
	status        int
	outcome       string
}

// answered is what is kept of one kind of answer.
type answered struct {
	total prometheus.Counter
	took  prometheus.Observer
}

// requests is what is known of HTTP.
type requests struct{ kinds *table[answer, answered] }

func newRequests(in promauto.Factory) requests {
	total := in.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Subsystem: "http", Name: "requests_total",
		Help: "Requests that were answered. Status 499, which is never sent, stands for clients that did not wait.",
	}, []string{"route", "method", "status", "outcome"})
	took := in.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: namespace, Subsystem: "http", Name: "request_duration_seconds",
		Help: "How long requests took to be answered.", Buckets: requestSeconds,
	}, []string{"route"})
	return requests{newTable(func(a answer) answered {
		return answered{
			total: total.WithLabelValues(a.route, a.method, strconv.Itoa(a.status), a.outcome),
			took:  took.WithLabelValues(a.route),
		}
	})}
}

// Answered counts one answer to a request. route is the path as it is registered, "" for a path that is not, and
// method and outcome are of a known few: all are kept as long as the program runs. A time below zero, as a clock that was
// set back gives it, counts as none.
func (m *Meter) Answered(route, method string, status int, outcome string, took time.Duration) {
	if route == "" {
		route = noRoute
	}
	kind := m.http.kinds.at(answer{route, method, status, outcome})
	kind.total.Inc()
	kind.took.Observe(max(took, 0).Seconds())
}
