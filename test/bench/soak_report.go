package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/plot"
)

// soakReport is what a soak found.
type soakReport struct {
	lasts   time.Duration
	machine machine
	figures figures
	looks   []look
}

// kept is something that must not grow while a service soaks.
type kept struct {
	what  string
	of    func(look) float64
	write func(float64) string
	// most is how many times as much of it there may be in the last third as in the second.
	most float64
}

// keptFlat allows for the ups and downs of garbage collection and of vacuuming.
var keptFlat = []kept{
	{"Resident memory", func(l look) float64 { return l.memory }, megabytes, 1.1},
	{"Goroutines", func(l look) float64 { return l.goroutines }, count, 1.1},
	{"Open files", func(l look) float64 { return l.files }, count, 1.05},
	{"Connections to PostgreSQL", func(l look) float64 { return l.connections }, count, 1.05},
	{"Sessions' table and indexes", func(l look) float64 { return l.table }, megabytes, 1.1},
}

// thirds returns the medians of the second and of the last third. The first is for warming up.
func (k kept) thirds(looks []look) (second, last float64) {
	values := make([]float64, len(looks))
	for i, l := range looks {
		values[i] = k.of(l)
	}
	n := len(values) / 3
	return median(values[n : 2*n]), median(values[2*n:])
}

func (k kept) grows(looks []look) bool {
	second, last := k.thirds(looks)
	return last > second*k.most
}

var errGrows = errors.New("something grew: see the report")

func writeSoak(folder string, r soakReport) error {
	if len(r.looks) < 9 {
		return errors.New("the soak was too short to tell anything")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, text := range map[string]string{"README.md": r.markdown(), "process.svg": r.process(), "database.svg": r.database()} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintln(os.Stderr, "written:", filepath.Join(folder, "README.md"))
	for _, k := range keptFlat {
		if k.grows(r.looks) {
			return fmt.Errorf("%w: %s", errGrows, k.what)
		}
	}
	if n := r.figures.failed(); n > 0 {
		return fmt.Errorf("%d refreshes were not answered with 200", n)
	}
	return nil
}

func (r soakReport) markdown() string {
	rows := make([][]string, len(keptFlat))
	for i, k := range keptFlat {
		second, last := k.thirds(r.looks)
		verdict := "flat"
		if k.grows(r.looks) {
			verdict = "**grows**"
		}
		rows[i] = []string{k.what, k.write(second), k.write(last), fmt.Sprintf("%.2f", share(last, second)), fmt.Sprintf("%.2f", k.most), verdict}
	}
	return fmt.Sprintf("# A soak\n\n`make soak` writes this folder. For %s, %d sessions were refreshed over %d connections as fast as the "+
		"service on PostgreSQL answered: %s refreshes, %s a second, the median after %.1f ms, 99 %% within %.1f ms, %d not answered with 200.\n\n",
		r.lasts, soakSessions, soakConnections, count(r.figures.succeeded()), count(r.figures.Rate), r.figures.P50, r.figures.P99,
		r.figures.failed()) +
		table([]string{"", "median of the second third", "of the last third", "ratio", "at most", ""}, rows) +
		"\n![Memory, goroutines and open files over time](process.svg)\n\n![Connections, table and rate over time](database.svg)\n\n" +
		fmt.Sprintf("%s Other work on the machine is not kept away, so the rate says less than `make bench` does.\n", r.machine)
}

func (r soakReport) process() string {
	return plot.SVG("minutes",
		r.panel("Resident memory, MB", func(l look) float64 { return l.memory / 1e6 }),
		r.panel("Goroutines", func(l look) float64 { return l.goroutines }),
		r.panel("Open files", func(l look) float64 { return l.files }))
}

func (r soakReport) database() string {
	return plot.SVG("minutes",
		r.panel("Connections to PostgreSQL", func(l look) float64 { return l.connections }),
		r.panel("Sessions' table and indexes, MB", func(l look) float64 { return l.table / 1e6 }),
		r.panel("Refreshes per second", func(l look) float64 { return l.rate }))
}

func (r soakReport) panel(title string, of func(look) float64) plot.Panel {
	line := plot.Line{Name: "vidaplus-auth"}
	for _, l := range r.looks {
		line.Points = append(line.Points, plot.Point{X: l.at.Minutes(), Y: of(l)})
	}
	return plot.Panel{Title: title, Even: true, Lines: []plot.Line{line}}
}
