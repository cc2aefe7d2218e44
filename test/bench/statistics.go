package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// median returns the middle of some numbers, or the mean of the two in the middle, and 0 of none.
func median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// of returns one number of each sample.
func of(samples []sample, number func(sample) float64) []float64 {
	all := make([]float64, len(samples))
	for i, s := range samples {
		all[i] = number(s)
	}
	return all
}

func rate(s sample) float64 { return s.Rate }

func p99(s sample) float64 { return s.P99 }

// ratios divides round by round, since two rounds on a shared machine cannot be compared.
func ratios(above, below []float64) []float64 {
	all := make([]float64, min(len(above), len(below)))
	for i := range all {
		all[i] = share(above[i], below[i])
	}
	return all
}

// failures adds up what was not answered with 200.
func failures(samples []sample) (n int) {
	for _, s := range samples {
		n += s.failed()
	}
	return n
}

// statuses lists the answers that were not 200, such as "503: 12"; a broken connection has the status 0.
func statuses(samples []sample) string {
	sum := make(map[int]int)
	for _, s := range samples {
		for status, n := range s.Answers {
			sum[status] += n
		}
	}
	delete(sum, http.StatusOK)
	if len(sum) == 0 {
		return "0"
	}
	var all []string
	for _, status := range slices.Sorted(maps.Keys(sum)) {
		all = append(all, fmt.Sprintf("%d: %d", status, sum[status]))
	}
	return strings.Join(all, ", ")
}
