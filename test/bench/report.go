package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// report is all of RESULTS.md, and pages beside it.
type report struct {
	plan     plan
	machine  machine
	began    time.Time
	took     time.Duration
	outcomes []outcome
}

const plotName = "concurrency.svg"

// write puts the report and the plot into a folder.
func (r report) write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var parts []outcome
	for _, o := range r.outcomes {
		if o.plot != "" {
			if err := put(folder, cmp.Or(o.plotName, plotName), o.plot); err != nil {
				return err
			}
		}
		if o.page == "" {
			parts = append(parts, o)
		} else if err := put(folder, o.page, o.text); err != nil {
			return err
		}
	}
	if r.outcomes = parts; parts == nil {
		return nil
	}
	return put(folder, "RESULTS.md", r.markdown())
}

func put(folder, name, text string) error {
	path := filepath.Join(folder, name)
	fmt.Fprintln(os.Stderr, "written:", path)
	return os.WriteFile(path, []byte(text), 0o644)
}

func (r report) markdown() string {
	var s strings.Builder
	s.WriteString("# Measured\n\n`make bench` writes this file. ")
	if r.plan.quick {
		s.WriteString("**This was a short run, to try the program out: its figures mean nothing.** ")
	}
	s.WriteString("A number in front of brackets is the median of the rounds, in the brackets are the least and the greatest.\n\n")
	if goals := r.goals(); goals != nil {
		s.WriteString("## Goals\n\n" + table([]string{"goal", "wanted", "measured", ""}, goals) + "\n")
	}
	for _, o := range r.outcomes {
		fmt.Fprintf(&s, "## %s\n\n", o.title)
		if o.plot != "" {
			fmt.Fprintf(&s, "![Refreshes per second and p99 over the number of connections](%s)\n\n", plotName)
		}
		s.WriteString(o.text + "\n")
	}
	fmt.Fprintf(&s, "## Machine\n\n%s Measured on %s, in %s.\n\n", r.machine, r.began.UTC().Format(time.DateOnly), r.took.Round(time.Second))
	s.WriteString("## Method\n\n" + r.method())
	return s.String()
}

func (r report) goals() (rows [][]string) {
	for _, o := range r.outcomes {
		for _, g := range o.goals {
			rows = append(rows, []string{g.what, g.want, g.measured, g.verdict})
		}
	}
	return rows
}

func (r report) method() string {
	return strings.Join([]string{
		fmt.Sprintf("- Each service has its turn in each of %d round(s), alone on the machine but for PostgreSQL and the load generator, "+
			"which runs on the same cores. A turn is a new process, %s that do not count, and a window of %s (%s in the sweep, %s beside pruning). What is "+
			"compared is compared round by round, since other work on a shared machine slows neighbours alike.",
			r.plan.rounds, r.plan.warmUp, r.plan.window, r.plan.sweepWindow, r.plan.pruneWindow),
		"- The load generator chains refreshes as clients do: each session presents its newest token and waits for the answer, one " +
			"connection each. It times every request; the rate counts answers with 200 and a new token. A 503 is waited out as its " +
			"Retry-After says. Sessions are inserted with SQL and their first tokens signed by the generator's caller, with the claims that the service signs.",
		"- PostgreSQL: fsync and synchronous_commit on, " + strings.Join(serverSettings, ", ") + ", max_connections=300, all else as it " +
			"comes. The data are vacuumed and checkpointed before each turn, but where numbers of stored sessions are compared. Its CPU time is that of all its processes, from /proc.",
		"- WAL bytes are the distance between the flush positions at both ends of the window, images of whole pages what " +
			"`pg_waldump --stats` counts between them, HOT updates those of `pg_stat_user_tables`.",
		"- `ceiling` is Echo and golang-jwt without a store. `update` is the same with one GORM UPDATE a refresh. `shared` is the same " +
			"with one goroutine that makes one UPDATE of all refreshes that wait. None has rules, limits, a log or metrics.",
		"- Everything is on the loopback interface, without TLS. `make bench` repeats it; `go run ./test/bench -quick` tries it out.",
	}, "\n") + "\n"
}
