package main

import (
	"context"
	"errors"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// The day goes by in a few minutes, and what the server does by the clock comes as much more often as it allows.
var daySettings = []string{
	"SET checkpoint_timeout = '30s'", "SET autovacuum_naptime = '5s'",
	"SET wal_keep_size = '8GB'", // so that the images of pages can be counted hour by hour afterwards
}

const (
	// dayConnections is how many requests the day's clients have under way at most.
	dayConnections = 128
	checkpointed   = 30 * time.Second
	// dayLifetime is the shortest that a token's can be: the day's idle sessions shall end before the day does.
	dayLifetime = "ACCESS_TOKEN_EXPIRE_MINUTES=1"
)

// simulation is a day that was played.
type simulation struct {
	plan  plan
	day   day.Day
	hours []dayHour
}

// takeDay plays a day of a hospital's clients, whose sessions are minted as they begin, with ended ones pruned beside.
func takeDay(ctx context.Context, b *bench) (outcome, error) {
	o, err := b.newOurs(ctx, "day")
	if err != nil {
		return outcome{}, err
	}
	if err := b.alter(ctx, daySettings...); err != nil {
		return outcome{}, err
	}
	n := b.plan.daySessions
	// As many as half a day's sessions ended before, and are there to be pruned.
	if err := o.seed(ctx, seed{users: n / 2, ended: n / 2}); err != nil {
		return outcome{}, err
	}
	s := simulation{plan: b.plan, day: day.New(n, b.plan.dayPasswords)}
	if err := s.play(ctx, b, o); err != nil {
		return outcome{}, err
	}
	return s.outcome(b.describe(ctx)), errors.Join(b.drop(ctx, o.db), b.alter(ctx, "RESET ALL"))
}

// alter changes settings of the server while it runs.
func (b *bench) alter(ctx context.Context, changes ...string) error {
	for _, change := range changes {
		if err := b.onServer(ctx, "ALTER SYSTEM "+change); err != nil {
			return err
		}
	}
	return b.onServer(ctx, "SELECT pg_reload_conf()")
}

func (s *simulation) play(ctx context.Context, b *bench, o *ours) error {
	m, lines, err := o.minter(ctx, s.day, s.plan)
	if err != nil {
		return err
	}
	defer m.close(ctx)
	p, err := o.start(ctx, "info", dayLifetime)
	if err != nil {
		return err
	}
	pruner := o.hourlyPruner(ctx)
	marks := make([]dayMark, 0, day.Hours+1)
	var failed error
	hours, err := b.playDay(ctx, p.address, s.plan, lines, func(generator int) {
		now, err := b.markDay(ctx, p, generator, o.db)
		marks, failed = append(marks, now), errors.Join(failed, err)
		if len(marks) == 1 {
			m.begin(ctx)
		} else {
			pruner.prune()
		}
	})
	err = errors.Join(err, failed, m.end(), pruner.end(), p.stop())
	if err != nil {
		return err
	}
	s.hours, err = b.hoursOf(ctx, marks, hours)
	return err
}
