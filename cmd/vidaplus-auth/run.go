package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"go.uber.org/dig"
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/adapters/httpapi"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// run starts app, does what is to be done and stops app. The first failure is returned.
func run(ctx context.Context, app *fx.App, do func(context.Context) error) error {
	if err := start(ctx, app); err != nil {
		return err
	}
	err := do(ctx)
	if stopped := stop(ctx, app); err == nil && stopped != nil {
		return dig.RootCause(stopped)
	}
	return err
}

func start(ctx context.Context, app *fx.App) error {
	if err := app.Err(); err != nil {
		return dig.RootCause(err)
	}
	return dig.RootCause(app.Start(ctx))
}

// stop ends app within the time that it has, counted from now.
func stop(ctx context.Context, app *fx.App) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), app.StopTimeout())
	defer cancel()
	return app.Stop(ctx)
}

// serve runs the service until SIGTERM or SIGINT, then drains it. A second signal ends the process at once.
func serve(ctx context.Context, c configs.Config) error {
	c, err := withSecretKey(c, true)
	if err != nil {
		return err
	}
	collectSeldom()
	var end *ending
	var server *httpapi.Server
	var log *zap.Logger
	app := fx.New(service(ctx, c), fx.Populate(&end, &server, &log))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go obey(cancel)
	if err := start(ctx, app); err != nil {
		return ofStart(ctx, err)
	}
	err = told(ctx, app)
	stopped := stop(ctx, app)
	return cmp.Or(err, end.tell(log, server.CutOff(), stopped))
}

// ofStart is what a start that failed with err ends with: with nothing where the operator broke it off, who is not owed the
// caution of a command that may have changed something.
func ofStart(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// told waits until the service is told to stop. It is a failure if nobody but the service itself did.
func told(ctx context.Context, app *fx.App) error {
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
