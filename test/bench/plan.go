package main

import "time"

// plan says how much is measured, and for how long.
type plan struct {
	quick bool
	// rounds is how often each service has its turn.
	rounds int
	// warmUp passes before each window, which is what is measured.
	warmUp, window time.Duration
	// sweepWindow is the window at each of the levels, which are numbers of connections.
	sweepWindow time.Duration
	levels      []int
	// few and many are the sessions stored of which sampled are refreshed.
	few, many, sampled int
	// ended is how many sessions there are to prune, more than go within pruneWindow.
	ended       int
	pruneWindow time.Duration
	// daySessions begin in the course of a day, dayPasswords of them with a password; the day passes in dayLength.
	daySessions, dayPasswords int
	dayLength                 time.Duration
}

// sessions is how many refresh at the same time wherever nothing else is said.
const sessions = 64

func planOf(quick bool) plan {
	if quick {
		return plan{
			quick: true, rounds: 1, warmUp: 500 * time.Millisecond, window: time.Second, sweepWindow: time.Second,
			levels: []int{1, 8, 64}, few: 2_000, many: 20_000, sampled: 2_000, ended: 300_000,
			pruneWindow: time.Second, daySessions: 4_000, dayPasswords: 5, dayLength: 24 * time.Second,
		}
	}
	return plan{
		rounds: 3, warmUp: time.Second, window: 4 * time.Second, sweepWindow: 2 * time.Second,
		levels: []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 2000},
		few:    100_000, many: 10_000_000, sampled: 200_000, ended: 1_000_000, pruneWindow: 5 * time.Second,
		daySessions: 100_000, dayPasswords: 100, dayLength: 4 * time.Minute,
	}
}
