package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// load is what the load generator is told to do.
type load struct {
	connections int
	// lines are tokens, or forms of log-ins.
	lines          []string
	login          bool
	warmUp, window time.Duration
}

// figures is what the load generator prints. Latencies are milliseconds, the rate is of answers 200 a second.
type figures struct {
	Seconds float64     `json:"seconds"`
	Rate    float64     `json:"rate"`
	P50     float64     `json:"p50"`
	P99     float64     `json:"p99"`
	Max     float64     `json:"max"`
	Answers map[int]int `json:"answers"`
}

// failed is how many requests were not answered with 200.
func (f figures) failed() (n int) {
	for status, count := range f.Answers {
		if status != 200 {
			n += count
		}
	}
	return n
}

func (f figures) succeeded() float64 { return float64(f.Answers[200]) }

// generate runs the load generator. mark is called when the window begins and when it ends.
func (b *bench) generate(ctx context.Context, address string, l load, mark func(word string, generator int)) (figures, error) {
	lines, err := b.write(l.lines)
	if err != nil {
		return figures{}, err
	}
	defer os.Remove(lines) //nolint:errcheck // the whole folder goes anyway
	cmd := exec.CommandContext(ctx, b.path("load"), "-addr", address, "-connections", strconv.Itoa(l.connections),
		"-warmup", l.warmUp.String(), "-duration", l.window.String(), "-lines", lines, "-login="+strconv.FormatBool(l.login))
	var complaint strings.Builder
	cmd.Stderr = &complaint
	output, err := cmd.StdoutPipe()
	if err != nil {
		return figures{}, err
	}
	if err := cmd.Start(); err != nil {
		return figures{}, err
	}
	f, err := follow(bufio.NewScanner(output), func(word string) { mark(word, cmd.Process.Pid) })
	if failed := cmd.Wait(); failed != nil {
		return figures{}, fmt.Errorf("load: %w %s", failed, complaint.String())
	}
	return f, err
}

// follow reads what the load generator prints.
func follow(lines *bufio.Scanner, mark func(string)) (figures, error) {
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "{") {
			mark(lines.Text())
			continue
		}
		var f figures
		return f, json.Unmarshal(lines.Bytes(), &f)
	}
	return figures{}, errors.Join(errors.New("the load generator printed no figures"), lines.Err())
}

func (b *bench) write(lines []string) (string, error) {
	file, err := os.CreateTemp(b.folder, "lines-")
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(strings.Join(lines, "\n"))
	return file.Name(), errors.Join(err, file.Close())
}

// observe loads a service and returns what was answered and what the window cost.
func (b *bench) observe(ctx context.Context, p *process, db *database, l load) (sample, error) {
	var before, after snapshot
	var failed error
	f, err := b.generate(ctx, p.address, l, func(word string, generator int) {
		now, err := b.snapshot(ctx, p, generator, db)
		failed = errors.Join(failed, err)
		if word == "begin" {
			before = now
		} else {
			after = now
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return sample{}, err
	}
	s := sample{figures: f, use: before.until(after)}
	if db != nil {
		if s.wal, err = distance(before.wal, after.wal); err == nil {
			s.fullPages, err = b.fullPages(ctx, before.wal, after.wal)
		}
	}
	return s, err
}
