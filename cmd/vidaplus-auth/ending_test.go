package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/fx/fxevent"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/vidaplus/vidaplus-auth/configs"
)

func TestEnding_TellsInOneLineWhatWasLeftUndone(t *testing.T) {
	failure := errors.New("disk on fire")
	for what, c := range map[string]struct {
		cutOff, unsettled, events int
		under                     string
		stopped                   error
		level                     zapcore.Level
		code                      int
	}{
		"nothing":                 {},
		"events":                  {events: 3, level: zap.WarnLevel},
		"refreshes":               {unsettled: 2, level: zap.WarnLevel},
		"what took too long":      {under: "sending traces", stopped: context.DeadlineExceeded, level: zap.WarnLevel},
		"requests":                {cutOff: 1, stopped: fmt.Errorf("cut off: %w", context.DeadlineExceeded), level: zap.ErrorLevel, code: 1},
		"requests, in time":       {cutOff: 1, level: zap.ErrorLevel, code: 1},
		"what could not be ended": {stopped: failure, level: zap.ErrorLevel, code: 1},
	} {
		e := newEnding(t.Context())
		e.open = func() int { return c.unsettled }
		e.waiting = func() int { return c.events }
		e.does(c.under)
		core, logs := observer.New(zap.DebugLevel)
		exit, _ := errors.AsType[exitError](e.tell(zap.New(core), c.cutOff, c.stopped))
		if exit.code != c.code {
			t.Errorf("%s: the process ends with %d, want %d", what, exit.code, c.code)
		}
		if what == "nothing" {
			if logs.Len() != 0 {
				t.Errorf("%s: %d lines are logged", what, logs.Len())
			}
			continue
		}
		if logs.Len() != 1 || logs.All()[0].Level != c.level {
			t.Errorf("%s: %v is logged, want one line at %s", what, logs.All(), c.level)
			continue
		}
		line := logs.All()[0].ContextMap()
		got := fmt.Sprint(line["requests_cut_off"], line["refreshes_not_settled"], line["events_not_stored"], line["unfinished"])
		if want := fmt.Sprint(int64(c.cutOff), int64(c.unsettled), int64(c.events), c.under); got != want {
			t.Errorf("%s: %s is logged, want %s", what, got, want)
		}
	}
}

func TestEnding_NamesWhatOutlastsTheDeadline(t *testing.T) {
	e := newEnding(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	e.part("what is in time", func(context.Context) {})(ctx)
	if e.under != "" {
		t.Errorf("%q is unfinished, want nothing", e.under)
	}
	e.part("what is late", func(context.Context) { cancel() })(ctx)
	if e.under != "what is late" {
		t.Errorf("%q is unfinished, want what is late", e.under)
	}
}

func TestAwaited_WaitsNoLongerThanThereIsTime(t *testing.T) {
	if !awaited(t.Context(), func() {}) {
		t.Error("what was over at once was not awaited")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if awaited(ctx, func() { <-t.Context().Done() }) {
		t.Error("what is not over was awaited")
	}
}

// stops notes who stops something, in the order in which fx calls them, and whether pruning was told before all others.
type stops struct {
	end     *ending
	callers []string
	pruning bool
}

func (s *stops) LogEvent(event fxevent.Event) {
	if e, ok := event.(*fxevent.OnStopExecuted); ok {
		s.callers = append(s.callers, e.CallerName)
		s.pruning = s.pruning || len(s.callers) == 1 && s.end.begun.Err() != nil
	}
}

// serving returns a configuration on SQLite, and what else is set.
func serving(t *testing.T, set ...string) configs.Config {
	t.Helper()
	c, err := configs.Load(append([]string{
		"DATABASE_URL=sqlite::memory:", "SECRET_KEY=a key of at least thirty-two bytes, for tests", "HTTP_ADDR=127.0.0.1:0",
		"METRICS_ADDR=127.0.0.1:0", "PASSWORD_HASH=m=256,t=1,p=1", "LOG_LEVEL=error", "DRAIN_DELAY=0s", "SHUTDOWN_TIMEOUT=1m",
	}, set...), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestService_ThatCannotStartEndsAtOnce(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	app := fx.New(service(t.Context(), serving(t, "HTTP_ADDR="+taken.Addr().String())), fx.NopLogger)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err = run(ctx, app, func(context.Context) error { return errors.New("it started") })
	if err == nil || !strings.Contains(err.Error(), "listen for HTTP") || ctx.Err() != nil {
		t.Errorf("a start on an address that is taken ends with %v, want that, and at once", err)
	}
}

func TestService_IsStoppedInTheOrderInWhichOneNeedsTheOther(t *testing.T) {
	var seen stops
	app := fx.New(service(t.Context(), serving(t)), fx.WithLogger(func() fxevent.Logger { return &seen }), fx.Populate(&seen.end))
	if app.StopTimeout() != time.Minute {
		t.Errorf("a stop may take %v, want SHUTDOWN_TIMEOUT", app.StopTimeout())
	}
	if err := run(t.Context(), app, func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if !seen.pruning {
		t.Error("pruning was not told before anything else")
	}
	at := -1
	for _, next := range []string{"vidaplus-auth.service", "httpapi.serving", "vidaplus-auth.houseKeeping", "vidaplus-auth.kept", "sqlite.open", "vidaplus-auth.flushTraces", "zaplog"} {
		found := slices.IndexFunc(seen.callers, func(c string) bool { return strings.Contains(c, next) })
		if found <= at {
			t.Errorf("%s is stopped at place %d of %q, want after place %d", next, found, seen.callers, at)
		}
		at = found
	}
}
