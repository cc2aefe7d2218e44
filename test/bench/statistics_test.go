package main

import (
	"slices"
	"testing"
)

func sampled(rate, p99 float64, answers map[int]int) sample {
	return sample{figures: figures{Rate: rate, P99: p99, Answers: answers}}
}

func TestMedian_IsTheMiddleWhateverTheOrder(t *testing.T) {
	for _, c := range []struct {
		numbers []float64
		want    float64
	}{{nil, 0}, {[]float64{7}, 7}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 2, 9}, 3}} {
		given := slices.Clone(c.numbers)
		if got := median(given); got != c.want || !slices.Equal(given, c.numbers) {
			t.Errorf("median of %v is %v, want %v and the numbers left alone", c.numbers, got, c.want)
		}
	}
}

func TestRatios_DivideRoundByRound(t *testing.T) {
	if got := ratios([]float64{1, 9, 4}, []float64{2, 3, 0}); !slices.Equal(got, []float64{0.5, 3, 0}) {
		t.Errorf("%v, want each round by itself, and 0 where nothing can be divided", got)
	}
}

func TestFailures_CountEverythingBut200(t *testing.T) {
	all := []sample{sampled(0, 0, map[int]int{200: 9, 503: 2}), sampled(0, 0, map[int]int{0: 1, 503: 1})}
	if got := failures(all); got != 4 {
		t.Errorf("%d failures, want 4", got)
	}
	if got := statuses(all); got != "0: 1, 503: 3" {
		t.Errorf("%q, want each status with its number", got)
	}
	if got := statuses(all[:0]); got != "0" {
		t.Errorf("%q, want 0 of nothing", got)
	}
}

func TestSample_SpreadsCostsOverTheRefreshesThatSucceeded(t *testing.T) {
	s := sampled(0, 0, map[int]int{200: 500, 503: 500})
	if got := s.per1000(2); got != 4 {
		t.Errorf("%v seconds per 1,000, want 4", got)
	}
	if got := s.each(1000); got != 2 {
		t.Errorf("%v bytes each, want 2", got)
	}
	if got := (sample{}).each(1000); got != 0 {
		t.Errorf("%v bytes each of none, want 0", got)
	}
}
