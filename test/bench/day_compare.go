package main

import (
	"fmt"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// total is the whole day as one hour, costs and answers added up; the table is that of its end.
func (s simulation) total() (sum dayHour) {
	for _, h := range s.hours {
		sum.Offered, sum.Answered, sum.Lost = sum.Offered+h.Offered, sum.Answered+h.Answered, sum.Lost+h.Lost
		sum.LoggedOut, sum.Differing, sum.Failed = sum.LoggedOut+h.LoggedOut, sum.Differing+h.Differing, sum.Failed+h.Failed
		sum.Logins, sum.Logouts = sum.Logins+h.Logins, sum.Logouts+h.Logouts
		sum.P99, sum.Max, sum.Late = max(sum.P99, h.P99), max(sum.Max, h.Max), max(sum.Late, h.Late)
		sum.service, sum.store, sum.generator = sum.service+h.service, sum.store+h.store, sum.generator+h.generator
		sum.wal, sum.fullPages = sum.wal+h.wal, sum.fullPages+h.fullPages
		sum.busy, sum.stolen = sum.busy+h.busy, sum.stolen+h.stolen
		sum.updated, sum.hot = sum.updated+h.updated, sum.hot+h.hot
		sum.checkpoints += h.checkpoints
		sum.commits = commits{
			sum.commits.number + h.commits.number, sum.commits.rotations + h.commits.rotations, sum.commits.seconds + h.commits.seconds,
		}
		sum.memory, sum.table, sum.sizeAfter = max(sum.memory, h.memory), h.table, h.sizeAfter
	}
	return sum
}

// busiest returns the hour in which most refreshes were answered, quietest that in which fewest were.
func (s simulation) busiest() (at int) {
	for i, h := range s.hours {
		if h.Answered > s.hours[at].Answered {
			at = i
		}
	}
	return at
}

func (s simulation) quietest() (at int) {
	for i, h := range s.hours {
		if h.Answered < s.hours[at].Answered {
			at = i
		}
	}
	return at
}

// compared is one thing that was predicted, from the costs at full load and from all, and measured.
type compared struct {
	what                       string
	plain, predicted, measured float64
	write                      func(float64) string
}

func (c compared) row(when string) []string {
	of := func(predicted float64) string { return fmt.Sprintf("%.2f", share(c.measured, predicted)) }
	return []string{when, c.what, c.write(c.plain), c.write(c.predicted), c.write(c.measured), of(c.plain), of(c.predicted)}
}

// compare sets what the arithmetic says of an hour beside what the hour was.
func (s simulation) compare(hour int) []compared {
	h, d, seconds := s.hours[hour], s.demandOf(hour), s.plan.perHour().Seconds()
	hundredths := func(n float64) string { return fmt.Sprintf("%.2f", n) }
	return []compared{
		{"refreshes/s", d.rate(), d.rate(), float64(h.Answered) / seconds, count},
		{"refreshes a commit", d.perCommit(), d.perCommit(), share(h.commits.rotations, h.commits.number), hundredths},
		{"cores, service", d.serviceCores(plain), d.serviceCores(paper), h.service / seconds, hundredths},
		{"cores, PostgreSQL", d.storeCores(plain), d.storeCores(paper), h.store / seconds, hundredths},
		{"log without images of pages, kB/s", d.log(plain) / 1e3, d.log(paper) / 1e3, float64(h.wal-h.fullPages) / seconds / 1e3, count},
		{"table and indexes, bytes a row", plain.row, paper.row, share(float64(h.table.heap+h.table.indexes), float64(h.table.live)), count},
	}
}

// compareImages is for the whole day, since the images come after the checkpoints.
func (s simulation) compareImages() compared {
	c := compared{what: "log, images of pages, MB", measured: float64(s.total().fullPages) / 1e6, write: count}
	for hour := range s.hours {
		d, seconds := s.demandOf(hour), s.plan.perHour().Seconds()
		c.plain += d.images(plain) * seconds / 1e6
		c.predicted += d.images(paper) * seconds / 1e6
	}
	return c
}

// busyFactor is how many times the day's mean the busy hour is.
func (s simulation) busyFactor() float64 {
	return share(float64(s.hours[s.busiest()].Answered)*day.Hours, float64(s.total().Answered))
}
