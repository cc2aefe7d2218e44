package main

import (
	"fmt"
	"strings"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
	"github.com/vidaplus/vidaplus-auth/test/bench/plot"
)

// The day is too long to be part of every run, so it has a page and a plot of its own.
const (
	dayPage = "DAY.md"
	dayPlot = "day.svg"
)

func (s simulation) outcome(m machine) outcome {
	return outcome{title: "A day", page: dayPage, text: s.describe(m), plot: s.plot(), plotName: dayPlot}
}

func (s simulation) describe(m machine) string {
	var t strings.Builder
	t.WriteString("# A day\n\n`make day` writes this page. ")
	if s.plan.quick {
		t.WriteString("**This was a short run, to try the program out: its figures mean nothing.** ")
	}
	t.WriteString(s.summary() + "\n## What was predicted and what came\n\n" + s.comparison() +
		"\n## Hour by hour\n\n![The day: refreshes, latency, processor time and log](" + dayPlot + ")\n\n" + s.table() +
		"\n" + s.columns() + "\n## Machine\n\n" + m.String() + "\n\n## Method\n\n" + s.method())
	return t.String()
}

func (s simulation) summary() string {
	all, busy := s.total(), s.busiest()
	return fmt.Sprintf("The clients of a hospital come and go for a day, which passes in %s, %.0f times faster than a clock: %s "+
		"sessions, %s refreshes. The busy hour, from %d to %d, brings %s a second, %.1f times the day's mean.\n\n"+
		"- not answered as they should have been: **%s** of %s refreshes, log-ins and log-outs;\n"+
		"- sessions that were refused although they live: **%s**. %s refreshes lost their answer and came again, "+
		"%s came from two tabs at once (pairs that got different tokens: %s);\n"+
		"- the worst hour's p99: %s ms.\n",
		s.plan.dayLength, s.plan.speed(), count(float64(len(s.day.Stays))), count(float64(all.Answered)), busy, busy+1,
		count(float64(s.hours[busy].Answered)/s.plan.perHour().Seconds()), s.busyFactor(),
		count(float64(all.Failed)), count(float64(all.Offered+all.Logins+all.Logouts)), count(float64(all.LoggedOut)),
		count(float64(all.Lost)), count(float64(s.pairs())), count(float64(all.Differing)), milliseconds(all.P99))
}

// pairs counts the refreshes that came twice.
func (s simulation) pairs() (n int) {
	for _, e := range s.day.Events {
		if e.Kind == day.Twice {
			n++
		}
	}
	return n
}

func (s simulation) comparison() string {
	var rows [][]string
	for _, hour := range []int{s.busiest(), s.quietest()} {
		for _, c := range s.compare(hour) {
			rows = append(rows, c.row(fmt.Sprintf("%d to %d", hour, hour+1)))
		}
	}
	rows = append(rows, s.compareImages().row("the day"))
	return table([]string{
		"hour", "", "at full load's costs", "predicted", "simulated", "of full load's", "of predicted",
	}, rows) + fmt.Sprintf("\nPredicted is what [capacity](../../docs/capacity.md) says, from the sessions that were there, those that "+
		"began, and the time that a commit took: %.2f ms in the busy hour, %.2f in the quietest. At full load's costs is what "+
		"[64 sessions that never rest](RESULTS.md) would make one expect. Sessions that end within an hour refresh no more in its "+
		"last minutes, and those that begin refresh first 25 minutes later: where many do, fewer refreshes come than predicted.\n", s.commitTook(s.busiest()), s.commitTook(s.quietest()))
}

// commitTook is in milliseconds.
func (s simulation) commitTook(hour int) float64 { return s.demandOf(hour).took * 1000 }

func (s simulation) table() string {
	present, begun := s.day.Present(), s.day.Begun()
	var rows [][]string
	for i, h := range s.hours {
		rows = append(rows, append([]string{fmt.Sprint(i), count(present[i]), count(float64(begun[i]))}, row(h, s.plan.perHour().Seconds())...))
	}
	rows = append(rows, append([]string{"all", "", count(float64(len(s.day.Stays)))}, row(s.total(), s.plan.dayLength.Seconds())...))
	return table([]string{
		"hour", "sessions there", "begun", "refreshes/s offered", "answered", "p50 ms", "p99 ms", "failed", "wrongly logged out",
		"with a password", "log-outs", "refreshes a commit", "CPU s per 1,000: service", "PostgreSQL", "cores busy", "stolen", "WAL bytes per refresh",
		"without images", "table MB", "indexes MB", "rows", "dead rows", "checkpoints",
	}, rows)
}

// row is of an hour, or of more, that passed in so many seconds.
func row(h dayHour, seconds float64) []string {
	answered := float64(h.Answered)
	per1000 := func(cpu float64) string { return fmt.Sprintf("%.3f", share(cpu*1000, answered)) }
	mega := func(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1e6) }
	p50 := milliseconds(h.P50)
	if h.P50 == 0 {
		p50 = ""
	}
	return []string{
		count(float64(h.Offered) / seconds), count(answered / seconds), p50, milliseconds(h.P99), count(float64(h.Failed)),
		count(float64(h.LoggedOut)), count(float64(h.Logins)), count(float64(h.Logouts)),
		fmt.Sprintf("%.1f", share(h.commits.rotations, h.commits.number)), per1000(h.service), per1000(h.store),
		fmt.Sprintf("%.2f", h.busy/seconds), fmt.Sprintf("%.2f", h.stolen/seconds),
		count(share(float64(h.wal), answered)), count(share(float64(h.wal-h.fullPages), answered)),
		mega(h.table.heap), mega(h.table.indexes), count(float64(h.table.live)), count(float64(h.table.dead)), fmt.Sprint(h.checkpoints),
	}
}

func (s simulation) columns() string {
	all := s.total()
	return fmt.Sprintf("The last line adds up, or has the worst hour's p99 and the table at the end. Rows and dead rows are "+
		"PostgreSQL's own estimates. CPU and log are of everything that went on: refreshes, log-ins, log-outs, new sessions, pruning, "+
		"vacuum. Cores busy are those of the machine, with whatever else ran on it; stolen is what its host gave to others. HOT updates: %s. Memory of the service at most: %s. The load generator was late by %s ms at most, and took %.3f CPU "+
		"seconds per 1,000; the longest answer took %s ms.\n",
		percent(share(float64(all.hot), float64(all.updated))), megabytes(float64(all.memory)), milliseconds(all.Late),
		share(all.generator*1000, float64(all.Answered)), milliseconds(all.Max))
}

func (s simulation) plot() string {
	line := func(name string, number func(dayHour) float64) plot.Line {
		l := plot.Line{Name: name}
		for i, h := range s.hours {
			l.Points = append(l.Points, plot.Point{X: float64(i), Y: number(h)})
		}
		return l
	}
	per := func(whole func(dayHour) float64) func(dayHour) float64 {
		return func(h dayHour) float64 { return share(whole(h), float64(h.Answered)) }
	}
	seconds := s.plan.perHour().Seconds()
	return plot.SVG("hour of the day",
		plot.Panel{Title: "Refreshes per second", Even: true, Lines: []plot.Line{
			line("offered", func(h dayHour) float64 { return float64(h.Offered) / seconds }),
			line("answered", func(h dayHour) float64 { return float64(h.Answered) / seconds }),
		}},
		plot.Panel{Title: "Latency in milliseconds", Even: true, Log: true, Lines: []plot.Line{
			line("p50", func(h dayHour) float64 { return h.P50 }), line("p99", func(h dayHour) float64 { return h.P99 }),
		}},
		plot.Panel{Title: "CPU seconds per 1,000 refreshes", Even: true, Lines: []plot.Line{
			line("service", per(func(h dayHour) float64 { return h.service * 1000 })),
			line("PostgreSQL", per(func(h dayHour) float64 { return h.store * 1000 })),
		}},
		plot.Panel{Title: "WAL bytes per refresh", Even: true, Lines: []plot.Line{
			line("all", per(func(h dayHour) float64 { return float64(h.wal) })),
			line("without images", per(func(h dayHour) float64 { return float64(h.wal - h.fullPages) })),
		}},
	)
}

func (s simulation) method() string {
	return strings.Join([]string{
		fmt.Sprintf("- Clients come and go as `test/bench/day` says, the same each time: shifts change at 7, 15 and 23, offices open at half past 8 and "+
			"go to lunch, out-patients come for an hour. Whoever is there refreshes every %s of the day, give or take %s, shortly before "+
			"a token of half an hour would end. 1 %% of the refreshes come twice at the same moment, of 0.5 %% the connection is closed before "+
			"the answer, and the same token comes again half a second later. A third log out when they go.", day.Interval, day.Jitter),
		fmt.Sprintf("- Requests are sent when they are due, however long others take (open loop), on up to %d connections at once; an answer "+
			"is timed from then, so that what waits in front of the service counts. What fails comes again and counts as failed.", dayConnections),
		fmt.Sprintf("- What hurries: the clients' days, %.0f times. What does not: the service's and PostgreSQL's clocks. So %s sessions ask as "+
			"often as %s would at a clock's pace, on a table of %s. A token's lifetime is a minute (%.0f hours of the day), the least that can be set; the "+
			"grace is its default, 10 s. Checkpoints come every %s, autovacuum looks every 5 s, and `sessions prune` runs once in each of the "+
			"day's hours, since the service's own pruning comes once in a real one.", s.plan.speed(), count(float64(len(s.day.Stays))),
			count(float64(len(s.day.Stays))*s.plan.speed()), count(float64(len(s.day.Stays))), s.plan.speed()/60, checkpointed),
		fmt.Sprintf("- Sessions are inserted with SQL as they begin, ten times a second, all but %d: these log in with their password, spread over all "+
			"that begin. If all did, hashing would take some %.0f cores. %s sessions that ended long before are there at midnight, to be pruned.",
			s.plan.dayPasswords, float64(len(s.day.Stays))/s.plan.dayLength.Seconds()*paper.login, count(float64(s.plan.daySessions/2))),
		"- Everything else is as in [the other results](RESULTS.md): fsync and synchronous_commit on, " + strings.Join(serverSettings, ", ") +
			", the service with its defaults and its metrics served, the load generator on the same cores, CPU time from /proc.",
	}, "\n") + "\n"
}
