package main

import (
	"context"
	"sync"
	"time"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/ports"
)

const (
	settleEvery = 500 * time.Millisecond
	pruneEvery  = time.Hour
	// firstPrune is soon, so that replicas that are restarted within the hour, again and again, prune too.
	firstPrune  = 15 * time.Minute
	reloadEvery = 15 * time.Second
	lastSettle  = 500 * time.Millisecond
)

// houseKeeping does in the background what no request does.
func houseKeeping(ctx context.Context, life fx.Lifecycle, settle *application.SettleRefreshes,
	house *application.KeepHouse, meter *metrics.Meter, keys *keyWatch, now ports.Clock, end *ending, log *zap.Logger,
) {
	end.open = settle.Open
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	start := func(ctx context.Context, interval func() time.Duration, do func()) {
		running.Go(func() { every(ctx, interval, do) })
	}
	life.Append(fx.StartStopHook(func() {
		start(ctx, always(settleEvery), func() {
			if err := settle.Do(ctx); err != nil {
				log.Debug("unanswered refreshes are not settled yet", zap.Error(err))
			}
		})
		// The turn is given back while requests are still being answered.
		start(end.begun, firstAndThen(firstPrune, pruneEvery),
			unlessPutForward(newSteady(now), log, func() { pruning(end.begun, house, meter, log) }))
		start(ctx, always(reloadEvery), func() { keys.look(ctx) })
	}, end.part("house-keeping", func(last context.Context) {
		end.begin() // also of a service that could not start
		stop()
		if awaited(last, running.Wait) {
			settleLast(last, settle)
		}
	})))
}

// settleLast tells the store what this process alone knows of refreshes that got no answer, while it can.
func settleLast(ctx context.Context, settle *application.SettleRefreshes) {
	if settle.Open() == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lastSettle)
	defer cancel()
	_ = settle.Do(ctx)
}

// always is the same interval each time.
func always(interval time.Duration) func() time.Duration {
	return func() time.Duration { return interval }
}

// every does something again and again, an interval after it was done, until ctx ends.
func every(ctx context.Context, interval func() time.Duration, do func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval()):
			do()
		}
	}
}
