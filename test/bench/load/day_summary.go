package main

import (
	"slices"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// counts is what became of an hour's requests. Offered are refreshes that are to be answered, Answered those answered with a
// token, Lost those hung up on. LoggedOut are sessions that were refused although they live, Differing pairs of answers
// to one token that were not the same, Failed all that was not answered as it should have been, and came again.
type counts struct {
	Offered   int `json:"offered"`
	Answered  int `json:"answered"`
	Lost      int `json:"lost"`
	LoggedOut int `json:"logged_out"`
	Differing int `json:"differing"`
	Failed    int `json:"failed"`
	Logins    int `json:"logins"`
	Logouts   int `json:"logouts"`
}

// hour is what is printed of one. Times are milliseconds: latencies of refreshes, from when each was handed over, and
// by how much the latest of them was handed over too late.
type hour struct {
	counts
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	Max  float64 `json:"max"`
	Late float64 `json:"late"`
}

func hoursOf(workers []*worker, late [day.Hours]time.Duration) []hour {
	all := make([]hour, day.Hours)
	for h := range all {
		var latencies []time.Duration
		for _, w := range workers {
			all[h].add(w.tally[h].counts)
			latencies = append(latencies, w.tally[h].latencies...)
		}
		all[h].Late = late[h].Seconds() * 1000
		if len(latencies) > 0 {
			slices.Sort(latencies)
			all[h].P50, all[h].P99, all[h].Max = quantile(latencies, 0.5), quantile(latencies, 0.99), quantile(latencies, 1)
		}
	}
	return all
}

func (c *counts) add(d counts) {
	c.Offered += d.Offered
	c.Answered += d.Answered
	c.Lost += d.Lost
	c.LoggedOut += d.LoggedOut
	c.Differing += d.Differing
	c.Failed += d.Failed
	c.Logins += d.Logins
	c.Logouts += d.Logouts
}
