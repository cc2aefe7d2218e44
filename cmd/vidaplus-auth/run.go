package main

import (
	"context"
	"os/signal"
	"syscall"
	"time"

	"go.uber.org/dig"
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
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
	app := fx.New(service(ctx, c))
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	return run(ctx, app, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			stop()
			return nil
		case shutdown := <-app.Wait():
			if shutdown.ExitCode != 0 {
				return exitError{shutdown.ExitCode}
			}
			return nil
		}
	})
}

// warn tells at the start what is lawful but weak.
func warn(c configs.Config, log *zap.Logger) {
	for _, sentence := range c.Warnings() {
		log.Warn(sentence)
	}
}

const (
	settleEvery = 500 * time.Millisecond
	pruneEvery  = time.Hour
)

// houseKeeping does in the background what no request does.
func houseKeeping(ctx context.Context, life fx.Lifecycle, settle *application.SettleRefreshes,
	prune *application.PruneSessions, log *zap.Logger,
) {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{}, 2)
	start := func(interval time.Duration, do func()) {
		go func() {
			defer func() { done <- struct{}{} }()
			every(ctx, interval, do)
		}()
	}
	life.Append(fx.StartStopHook(func() {
		start(settleEvery, func() {
			if err := settle.Do(ctx); err != nil {
				log.Debug("unanswered refreshes are not settled yet", zap.Error(err))
			}
		})
		start(pruneEvery, func() {
			switch n, err := prune.Do(ctx); {
			case err != nil:
				log.Error("sessions could not be pruned", zap.Error(err))
			case n > 0:
				log.Info("sessions pruned", zap.Int("count", n))
			}
		})
	}, func() {
		stop()
		<-done
		<-done
	}))
}

// every does something again and again, an interval after it was done, until ctx ends.
func every(ctx context.Context, interval time.Duration, do func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
			do()
		}
	}
}
