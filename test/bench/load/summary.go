package main

import (
	"slices"
	"time"
)

// figures is what is printed. Latencies are milliseconds, of all answers; the rate is of those that were 200.
type figures struct {
	Seconds float64     `json:"seconds"`
	Rate    float64     `json:"rate"`
	P50     float64     `json:"p50"`
	P99     float64     `json:"p99"`
	Max     float64     `json:"max"`
	Answers map[int]int `json:"answers"`
}

func summary(clients []*client, took time.Duration) figures {
	f := figures{Seconds: took.Seconds(), Answers: make(map[int]int)}
	var latencies []time.Duration
	for _, c := range clients {
		latencies = append(latencies, c.latencies...)
		for status, n := range c.answers {
			f.Answers[status] += n
		}
	}
	f.Rate = float64(f.Answers[200]) / took.Seconds()
	if len(latencies) > 0 {
		slices.Sort(latencies)
		f.P50, f.P99, f.Max = quantile(latencies, 0.5), quantile(latencies, 0.99), quantile(latencies, 1)
	}
	return f
}

// quantile returns the smallest latency that at least the share q of the sorted ones does not pass.
func quantile(sorted []time.Duration, q float64) float64 {
	rank := max(1, int(q*float64(len(sorted))+0.999999))
	return sorted[min(rank, len(sorted))-1].Seconds() * 1000
}
