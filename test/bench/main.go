// Command bench measures refreshes and writes what it found into a folder: RESULTS.md and a plot. It builds the service,
// the yardsticks and the load generator, starts a throw-away PostgreSQL, and runs one service after the other, each in a
// process of its own so that its CPU time can be told apart. Everything stays on the loopback address.
//
//	go run ./test/bench -soak 15m
//	go run ./test/bench [-quick] [-only turns,sweep,scale,logins,prune,sqlite,day] [-out FOLDER]
//
// It reads /proc, so it needs Linux.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// committed is where the results of full runs are kept; others go where git does not look.
const (
	committed = "test/bench"
	discarded = "dist/bench"
)

var (
	quick = flag.Bool("quick", false, "try everything out in a minute: the figures mean nothing")
	only  = flag.String("only", "", "measures to take, separated by commas, instead of all but the day")
	soak  = flag.Duration("soak", 0, "refresh for so long instead, and see whether anything grows: written to "+soaked)
	out   = flag.String("out", "", "folder to write to (default "+committed+", with -quick or -only "+discarded+")")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	b, err := open(ctx, planOf(*quick))
	if err != nil {
		return err
	}
	defer b.close()
	if *soak > 0 {
		return b.soak(ctx, *soak)
	}
	r := report{plan: b.plan, machine: b.describe(ctx), began: time.Now()}
	for _, m := range chosen {
		b.say("== %s", m.name)
		o, err := m.take(ctx, b)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		r.outcomes = append(r.outcomes, o)
	}
	r.took = time.Since(r.began)
	return r.write(folder())
}

func folder() string {
	usual := committed
	if *quick || *only != "" {
		usual = discarded
	}
	return cmp.Or(*out, usual)
}

// measure is one question and how it is answered.
type measure struct {
	name string
	take func(context.Context, *bench) (outcome, error)
}

var measures = []measure{
	{"turns", takeTurns},
	{"sweep", takeSweep},
	{"scale", takeScale},
	{"logins", takeLogins},
	{"prune", takePrune},
	{"sqlite", takeSQLite},
	{"day", takeDay},
}

func choose(names string) ([]measure, error) {
	if names == "" {
		return measures[:len(measures)-1], nil // a day has a page and a make target of its own
	}
	var chosen []measure
	for name := range strings.SplitSeq(names, ",") {
		found := false
		for _, m := range measures {
			if m.name == strings.TrimSpace(name) {
				chosen, found = append(chosen, m), true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no measure %q", name)
		}
	}
	return chosen, nil
}
