package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Connections says how a pool of connections does.
type Connections struct {
	InUse, Idle, Max int
	// Waits is how often somebody had to wait for a connection since the start, Waited how long in all.
	Waits  int64
	Waited time.Duration
}

// WatchConnections asks how the store's pool does whenever metrics are told.
func (m *Meter) WatchConnections(ask func() Connections) {
	m.watch(func(to level) {
		c := ask()
		to(prometheus.GaugeValue, float64(c.InUse), storeConnections, "in_use")
		to(prometheus.GaugeValue, float64(c.Idle), storeConnections, "idle")
		to(prometheus.GaugeValue, float64(c.Max), storeConnectionsMax)
		to(prometheus.CounterValue, float64(c.Waits), storeConnectionWaits)
		to(prometheus.CounterValue, c.Waited.Seconds(), storeConnectionWaited)
	}, storeConnections, storeConnectionsMax, storeConnectionWaits, storeConnectionWaited)
}

// WatchHashes asks whenever metrics are told how many passwords are being hashed or checked, and how many wait for that.
func (m *Meter) WatchHashes(ask func() (running, waiting int)) {
	m.watch(func(to level) {
		running, waiting := ask()
		to(prometheus.GaugeValue, float64(running), hashesRunning)
		to(prometheus.GaugeValue, float64(waiting), hashesWaiting)
	}, hashesRunning, hashesWaiting)
}

var (
	storeConnections      = desc("store_connections", "Connections to the database, by whether somebody uses them.", "state")
	storeConnectionsMax   = desc("store_connections_max", "The most connections to the database that there may be.")
	storeConnectionWaits  = desc("store_connection_waits_total", "How often somebody had to wait for a connection to the database.")
	storeConnectionWaited = desc("store_connection_wait_seconds_total", "How long everybody together waited for a connection.")
	hashesRunning         = desc("password_hashes_running", "Passwords that are being hashed or checked.")
	hashesWaiting         = desc("password_hashes_waiting", "Passwords that wait for their turn to be hashed or checked.")
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(namespace+"_"+name, help, labels, nil)
}

// level tells one present value.
type level func(kind prometheus.ValueType, value float64, of *prometheus.Desc, labels ...string)

func (m *Meter) watch(tell func(level), all ...*prometheus.Desc) {
	m.registry.MustRegister(watched{tell, all})
}

// watched is a prometheus.Collector of what is asked for at each scrape.
type watched struct {
	tell func(level)
	all  []*prometheus.Desc
}

// Describe implements prometheus.Collector.
func (w watched) Describe(to chan<- *prometheus.Desc) {
	for _, d := range w.all {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (w watched) Collect(to chan<- prometheus.Metric) {
	w.tell(func(kind prometheus.ValueType, value float64, of *prometheus.Desc, labels ...string) {
		to <- prometheus.MustNewConstMetric(of, kind, value, labels...)
	})
}
