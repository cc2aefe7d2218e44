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

// compared is one thing that was predicted and measured.
type compared struct {
	what                string
	predicted, measured float64
	write               func(float64) string
}

func (c compared) row(when string) []string {
	ratio := "–"
	if c.predicted > 0 {
		ratio = fmt.Sprintf("%.2f", c.measured/c.predicted)
	}
	return []string{when, c.what, c.write(c.predicted), c.write(c.measured), ratio}
}

// compare sets what the arithmetic says of an hour beside what the hour was.
func (s simulation) compare(hour int, c costs) []compared {
	h, d, seconds := s.hours[hour], s.demandOf(hour), s.plan.perHour().Seconds()
	cores := func(n float64) string { return fmt.Sprintf("%.2f", n) }
	return []compared{
		{"refreshes/s", d.rate(), float64(h.Answered) / seconds, count},
		{"refreshes a commit", d.perCommit(), share(h.commits.rotations, h.commits.number), cores},
		{"cores, service", d.serviceCores(c), h.service / seconds, cores},
		{"cores, PostgreSQL", d.storeCores(c), h.store / seconds, cores},
		{"cores, PostgreSQL, if every commit were full", d.rate() * c.full, h.store / seconds, cores},
		{"log, bytes/s, without images of pages", d.rate() * c.wal, float64(h.wal-h.fullPages) / seconds, count},
		{"table and indexes, bytes a row", c.row, share(float64(h.table.heap+h.table.indexes), float64(h.table.live)), count},
	}
}

// compareImages is for the whole day, since the images come after the checkpoints.
func (s simulation) compareImages(c costs) compared {
	predicted := 0.0
	for hour := range s.hours {
		predicted += s.demandOf(hour).images(c) * s.plan.perHour().Seconds()
	}
	return compared{"log, images of pages, bytes", predicted, float64(s.total().fullPages), count}
}

// busyFactor is how many times the day's mean the busy hour is.
func (s simulation) busyFactor() float64 {
	return share(float64(s.hours[s.busiest()].Answered)*day.Hours, float64(s.total().Answered))
}
