package main

import (
	"math"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// costs are the figures of docs/capacity.md. Times are CPU seconds.
type costs struct {
	// service is what the service takes for a refresh, wake what it takes beside for each commit, since the fewer refreshes
	// travel together the more often it falls asleep and is woken; login is for a log-in with a password.
	service, wake, login float64
	// rotation is what PostgreSQL takes for each refresh of a commit, commit what it takes for the commit itself.
	rotation, commit float64
	// Bytes of the log: of a refresh, of a session that begins, of the first change of a page after a checkpoint.
	wal, begin, image float64
	// row is the bytes of a stored session with its indexes, rowsOnPage how many share a page of the table, usersOnPage how
	// many one of the index by users, where new sessions come at any place.
	row, rowsOnPage, usersOnPage float64
}

// plain is what RESULTS.md measured at full load with 64 sessions; paper is what docs/capacity.md says.
var (
	plain = costs{service: 0.04e-3, login: 0.2, rotation: 0.013e-3, wal: 250, image: 5600, row: 500, rowsOnPage: 18}
	paper = costs{
		service: 0.04e-3, wake: 0.2e-3, login: 0.2,
		rotation: 0.025e-3, commit: 0.15e-3,
		wal: 300, begin: 500, image: 7500,
		row: 600, rowsOnPage: 18, usersOnPage: 90,
	}
)

// demand is what some clients ask for.
type demand struct {
	// present is how many sessions are there, speed how many times faster than a clock their time goes.
	present, speed float64
	// logins is how many passwords are checked in a second, begun how many sessions begin.
	logins, begun float64
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

// commits returns how many there are in a second.
func (d demand) commits() float64 { return share(d.rate(), d.perCommit()) }

// serviceCores and storeCores return how many processors are busy.
func (d demand) serviceCores(c costs) float64 {
	return d.rate()*c.service + d.commits()*c.wake + d.logins*c.login
}

func (d demand) storeCores(c costs) float64 { return d.rate()*c.rotation + d.commits()*c.commit }

// log returns its bytes a second, without images of pages.
func (d demand) log(c costs) float64 { return d.rate()*c.wal + d.begun*c.begin }

// images returns the bytes of page images a second: each page that is changed between two checkpoints is written once,
// however many changes it gets.
func (d demand) images(c costs) float64 {
	active := d.present + d.begun*d.betweenCheckpoints
	pages := touched(share(active, c.rowsOnPage), d.rate()*d.betweenCheckpoints) +
		touched(share(d.stored, c.usersOnPage), d.begun*d.betweenCheckpoints)
	return share(pages*c.image, d.betweenCheckpoints)
}

// touched returns how many of some pages changes by chance fall on: n of them leave out the part e^(-n/pages).
func touched(pages, changes float64) float64 { return pages * (1 - math.Exp(-share(changes, pages))) }

// demandOf is what one of the day's hours asked for.
func (s simulation) demandOf(hour int) demand {
	h, length := s.hours[hour], s.plan.dayLength.Seconds()/day.Hours
	return demand{
		present: s.day.Present()[hour], speed: s.plan.speed(), logins: float64(h.Logins) / length,
		begun: float64(s.day.Begun()[hour]) / length,
		took:  share(h.commits.seconds, h.commits.number), betweenCheckpoints: checkpointed.Seconds(), stored: float64(h.table.live),
	}
}

// perHour is how long an hour of the day takes.
func (p plan) perHour() time.Duration { return p.dayLength / day.Hours }
