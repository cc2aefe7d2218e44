package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/plot"
)

// sweep is one sample for each service and number of connections.
type sweep struct {
	levels  []int
	names   []string
	samples map[string][]sample
}

// takeSweep goes through numbers of connections, the services in turn at each.
func takeSweep(ctx context.Context, b *bench) (outcome, error) {
	o, err := b.newOurs(ctx, "sweep_ours")
	if err != nil {
		return outcome{}, err
	}
	db, err := b.newDatabase(ctx, "sweep_yardsticks")
	if err != nil {
		return outcome{}, err
	}
	s := sweep{levels: b.plan.levels, samples: make(map[string][]sample)}
	subjects := []subject{b.ceiling(), o.subject(oursName, "info"), b.onPostgres("update", db)}
	for _, subject := range subjects {
		s.names = append(s.names, subject.name)
	}
	for _, level := range s.levels {
		for _, subject := range subjects {
			got, err := b.turn(ctx, subject, level, min(time.Second, b.plan.warmUp), b.plan.sweepWindow)
			if err != nil {
				return outcome{}, err
			}
			s.samples[subject.name] = append(s.samples[subject.name], got)
		}
	}
	return s.outcome(), errors.Join(b.drop(ctx, o.db), b.drop(ctx, db))
}

func (s sweep) outcome() outcome {
	header := []string{"connections"}
	for _, name := range s.names {
		header = append(header, name+": refreshes/s", "p99 ms", "not 200")
	}
	var rows [][]string
	for i, level := range s.levels {
		row := []string{count(float64(level))}
		for _, name := range s.names {
			at := s.samples[name][i]
			row = append(row, count(at.Rate), milliseconds(at.P99), count(float64(at.failed())))
		}
		rows = append(rows, row)
	}
	return outcome{
		title: fmt.Sprintf("Concurrency, %d to %s connections", s.levels[0], count(float64(s.levels[len(s.levels)-1]))),
		text:  table(header, rows) + "\nOne window each.\n",
		plot:  s.plot(),
	}
}

func (s sweep) plot() string {
	line := func(number func(sample) float64) []plot.Line {
		var lines []plot.Line
		for _, name := range s.names {
			l := plot.Line{Name: name}
			for i, level := range s.levels {
				l.Points = append(l.Points, plot.Point{X: float64(level), Y: number(s.samples[name][i])})
			}
			lines = append(lines, l)
		}
		return lines
	}
	return plot.SVG("connections",
		plot.Panel{Title: "Refreshes per second", Lines: line(rate)},
		plot.Panel{Title: "p99 in milliseconds", Lines: line(p99), Log: true},
	)
}
