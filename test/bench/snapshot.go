package main

import (
	"context"
	"errors"
	"os"
	"time"
)

// snapshot is how much of everything had been used at one moment.
type snapshot struct {
	service, store, generator time.Duration
	memory, log               int64
	state
}

// snapshot reads the clocks of all processes that take part. db is nil for a service without PostgreSQL.
func (b *bench) snapshot(ctx context.Context, p *process, generator int, db *database) (s snapshot, err error) {
	var errs [5]error
	s.service, errs[0] = cpuOf(p.pid)
	s.generator, errs[1] = cpuOf(generator)
	s.memory, errs[2] = memoryOf(p.pid)
	if info, err := os.Stat(p.log); err == nil {
		s.log = info.Size()
	}
	if db != nil {
		s.store, errs[3] = cpuOf(b.server.PID())
		s.state, errs[4] = db.read(ctx)
	}
	return s, errors.Join(errs[:]...)
}

// use is what a window cost.
type use struct {
	// CPU time in seconds.
	service, store, generator float64
	// Bytes of the write-ahead log, and those of them that are images of whole pages.
	wal, fullPages int64
	// Updated rows, and those of them that touched no index.
	updated, hot int64
	// Bytes of the tables and indexes at the beginning and at the end.
	sizeBefore, sizeAfter int64
	// Bytes of resident memory at the end, and bytes of log.
	memory, log int64
}

func (s snapshot) until(t snapshot) use {
	return use{
		service: (t.service - s.service).Seconds(), store: (t.store - s.store).Seconds(),
		generator: (t.generator - s.generator).Seconds(),
		updated:   t.updated - s.updated, hot: t.hot - s.hot,
		sizeBefore: s.size, sizeAfter: t.size,
		memory: t.memory, log: t.log - s.log,
	}
}

// sample is one window of one service.
type sample struct {
	figures
	use
}

// per1000 spreads a cost over the refreshes.
func (s sample) per1000(seconds float64) float64 { return share(seconds*1000, s.succeeded()) }

func (s sample) each(bytes int64) float64 { return share(float64(bytes), s.succeeded()) }

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
