package main

import (
	"context"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/application"
)

// pruning deletes what is not needed any more, and tells of it.
func pruning(ctx context.Context, house *application.KeepHouse, m *metrics.Meter, log *zap.Logger) {
	began := time.Now()
	pruned, taken, err := house.Do(ctx)
	m.Pruned(pruned.Sessions, pruned.Events, pruned.Attempts)
	switch {
	case err != nil && ctx.Err() != nil: // it stops, and begins anew elsewhere
	case err != nil:
		m.KeptHouse("failed", time.Since(began))
		log.Error("what is not needed any more could not all be pruned", zap.Error(err))
	case taken:
		m.KeptHouse("done", time.Since(began))
	default:
		m.KeptHouse("elsewhere", time.Since(began))
	}
	if pruned != (application.Pruned{}) {
		log.Info("pruned", zap.Int("sessions", pruned.Sessions), zap.Int("events", pruned.Events),
			zap.Int("attempts", pruned.Attempts))
	}
}

// firstAndThen is about one interval the first time, and about another each time after that.
func firstAndThen(first, then time.Duration) func() time.Duration {
	next := first
	return func() time.Duration {
		interval := about(next)
		next = then
		return interval
	}
}

// about is an interval that is half as long to half as long again, so that replicas that were started together do not
// go on together.
func about(interval time.Duration) time.Duration {
	return interval/2 + rand.N(interval) //nolint:gosec // nobody gains by guessing it
}
