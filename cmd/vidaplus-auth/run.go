package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"go.uber.org/dig"
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// run starts app, does what is to be done and stops app. The first failure is returned.
func run(ctx context.Context, app *fx.App, do func(context.Context) error) error {
	if err := app.Err(); err != nil {
		return dig.RootCause(err)
	}
	if err := app.Start(ctx); err != nil {
		return dig.RootCause(err)
	}
	err := do(ctx)
	if stopped := app.Stop(context.WithoutCancel(ctx)); err == nil && stopped != nil {
		return dig.RootCause(stopped)
	}
	return err
}

// serve runs the service until SIGTERM or SIGINT, then drains it. A second signal ends the process at once.
func serve(ctx context.Context, c configs.Config) error {
	c, err := withSecretKey(c, true)
	if err != nil {
		return err
	}
	collectSeldom()
	app := fx.New(service(ctx, c))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go obey(cancel)
	return run(ctx, app, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case shutdown := <-app.Wait():
			// fx hears signals too.
			if shutdown.ExitCode == 0 {
				return nil
			}
			return exitError{shutdown.ExitCode}
		}
	})
}

// garbageGrowth is by how many percent the heap may grow between two collections. What is kept is a few megabytes and a
// request leaves some ten kilobytes, so that with Go's own 100 a tenth of a busy service's time went into collecting.
const garbageGrowth = 400

// collectSeldom leaves it to the operator who has set GOGC.
func collectSeldom() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbageGrowth)
	}
}

// obey calls stop at the first signal, and ends the process at the second: whoever sends it does not want to wait.
func obey(stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
	stop()
	<-signals
	os.Exit(cli.ExitFailed)
}

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
	house *application.KeepHouse, meter *metrics.Meter, keys *keyWatch, now ports.Clock, log *zap.Logger,
) {
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	start := func(interval func() time.Duration, do func()) {
		running.Go(func() { every(ctx, interval, do) })
	}
	life.Append(fx.StartStopHook(func() {
		start(always(settleEvery), func() {
			if err := settle.Do(ctx); err != nil {
				log.Debug("unanswered refreshes are not settled yet", zap.Error(err))
			}
		})
		start(firstAndThen(firstPrune, pruneEvery),
			unlessPutForward(newSteady(now), log, func() { pruning(ctx, house, meter, log) }))
		start(always(reloadEvery), func() { keys.look(ctx) })
	}, func(last context.Context) {
		stop()
		running.Wait()
		// What this process knows of unanswered refreshes goes with it, so it tells the store while it can.
		last, cancel := context.WithTimeout(last, lastSettle)
		defer cancel()
		_ = settle.Do(last)
	}))
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
