package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// position is a place in the write-ahead log, as PostgreSQL writes it: two hexadecimal numbers.
type position string

func (p position) bytes() (uint64, error) {
	high, low, _ := strings.Cut(string(p), "/")
	h, err := strconv.ParseUint(high, 16, 32)
	if err != nil {
		return 0, err
	}
	l, err := strconv.ParseUint(low, 16, 32)
	return h<<32 | l, err
}

// distance returns how many bytes of the log lie between two places.
func distance(from, to position) (int64, error) {
	a, err := from.bytes()
	if err != nil {
		return 0, err
	}
	b, err := to.bytes()
	return int64(b - a), err
}

// fullPages returns how many bytes between two places are images of whole pages, as pg_waldump counts them.
func (b *bench) fullPages(ctx context.Context, from, to position) (int64, error) {
	if from == to {
		return 0, nil
	}
	cmd := exec.CommandContext(ctx, b.server.Program("pg_waldump"), "--stats", "-p", filepath.Join(b.server.Data(), "pg_wal"),
		"-s", string(from), "-e", string(to))
	output, failed := cmd.Output()
	n, err := fullPagesIn(string(output))
	if err != nil {
		return 0, fmt.Errorf("pg_waldump --stats: %w", errors.Join(err, failed))
	}
	return n, nil
}

// fullPagesIn reads the line of totals: records, their bytes, bytes of images, bytes of both, each with a share in
// brackets behind it.
func fullPagesIn(stats string) (int64, error) {
	for line := range strings.Lines(stats) {
		if !strings.HasPrefix(line, "Total ") {
			continue
		}
		var numbers []int64
		for _, field := range strings.Fields(line)[1:] {
			if n, err := strconv.ParseInt(field, 10, 64); err == nil {
				numbers = append(numbers, n)
			}
		}
		if len(numbers) == 4 {
			return numbers[2], nil
		}
	}
	return 0, errors.New("no line of totals")
}
