package main

import (
	"math"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// costs are the figures of docs/capacity.md. Times are CPU seconds unless they say otherwise.
type costs struct {
	// service is what the service takes for a refresh, login for a log-in with a password.
	service, login float64
	// rotation is what PostgreSQL takes for each refresh of a commit, commit what it takes for the commit itself.
	rotation, commit float64
	// full is what PostgreSQL takes for a refresh when many share each commit.
	full float64
	// wal is the bytes of the log of a refresh, image those of the first change of a page after a checkpoint.
	wal, image float64
	// row is the bytes of a stored session with its indexes, rowsOnPage how many share a page of the table.
	row, rowsOnPage float64
}

// paper is what docs/capacity.md says.
var paper = costs{
	service: 0.04e-3, login: 0.2,
	rotation: 0.009e-3, commit: 0.11e-3, full: 0.013e-3,
	wal: 250, image: 5600,
	row: 500, rowsOnPage: 18,
}

// demand is what some clients ask for.
type demand struct {
	// present is how many sessions are there, speed how many times faster than a clock their time goes.
	present, speed float64
	// logins is how many passwords are checked in a second.
	logins float64
	// took is how many seconds a commit takes, between checkpoints how many lie between two of them.
	took, betweenCheckpoints float64
	// stored is how many sessions the table holds.
	stored float64
}

// rate returns the refreshes a second.
func (d demand) rate() float64 { return d.present / day.Interval.Seconds() * d.speed }

// perCommit returns how many refreshes share a commit, if they come by chance and one commit is under way at a time.
// What comes while one is waits for the next; if nothing has come by its end, the next begins with the first that does.
// So commits begin a commit's time apart, or, in the part e^(-rate*took) of all cases, 1/rate later.
func (d demand) perCommit() float64 {
	during := d.rate() * d.took
	return during + math.Exp(-during)
}

// serviceCores and storeCores return how many processors are busy.
func (d demand) serviceCores(c costs) float64 { return d.rate()*c.service + d.logins*c.login }

func (d demand) storeCores(c costs) float64 {
	if d.rate() == 0 {
		return 0
	}
	return d.rate() * (c.rotation + c.commit/d.perCommit())
}

// images returns the bytes of page images a second: each page that is changed between two checkpoints, at whatever
// rows of it, is written once. Of P pages, n changes by chance leave out P*e^(-n/P).
func (d demand) images(c costs) float64 {
	pages := d.present / c.rowsOnPage
	if pages == 0 || d.betweenCheckpoints == 0 {
		return 0
	}
	changes := d.rate() * d.betweenCheckpoints
	return pages * (1 - math.Exp(-changes/pages)) * c.image / d.betweenCheckpoints
}

// demandOf is what one of the day's hours asked for.
func (s simulation) demandOf(hour int) demand {
	h, length := s.hours[hour], s.plan.dayLength.Seconds()/day.Hours
	return demand{
		present: s.day.Present()[hour], speed: s.plan.speed(), logins: float64(h.Logins) / length,
		took: share(h.commits.seconds, h.commits.number), betweenCheckpoints: checkpointed.Seconds(), stored: float64(h.table.live),
	}
}

// perHour is how long an hour of the day takes.
func (p plan) perHour() time.Duration { return p.dayLength / day.Hours }
