package main

import (
	"testing"
	"time"
)

func TestSummary_CountsAllAnswersAndRatesTheGoodOnes(t *testing.T) {
	got := summary([]*client{
		{latencies: []time.Duration{3 * time.Millisecond, time.Millisecond}, answers: map[int]int{200: 2}},
		{latencies: []time.Duration{2 * time.Millisecond}, answers: map[int]int{503: 1}},
		{},
	}, 2*time.Second)
	if got.Rate != 1 || got.P50 != 2 || got.P99 != 3 || got.Max != 3 || got.Answers[503] != 1 {
		t.Errorf("%+v, want 1 a second, half within 2 ms, all within 3", got)
	}
	if got := summary(nil, time.Second); got.Rate != 0 || got.P99 != 0 {
		t.Errorf("%+v of nothing, want zeros", got)
	}
}

func TestQuantile_LeavesNoMoreThanItsShareAbove(t *testing.T) {
	sorted := make([]time.Duration, 200)
	for i := range sorted {
		sorted[i] = time.Duration(i+1) * time.Millisecond
	}
	for q, want := range map[float64]float64{0: 1, 0.5: 100, 0.99: 198, 1: 200} {
		if got := quantile(sorted, q); got != want {
			t.Errorf("quantile %v is %v ms, want %v", q, got, want)
		}
	}
}
