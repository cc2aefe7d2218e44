package main

import (
	"context"
	"errors"
	"sync"

	"go.uber.org/zap"
)

// ending is how the service comes to its end. Everything shares one deadline, SHUTDOWN_TIMEOUT after the signal, and is done in
// this order: pruning is told to stop; the API says that it is not ready, serves on for DRAIN_DELAY and answers what runs; the
// store is told of refreshes that got no answer, and of the last events; the store is closed; traces and log are flushed. What
// was not done is told in one line when all is over.
type ending struct {
	// begun is done from the beginning of the end on, hurried once requests have to be broken off.
	begun, hurried context.Context //nolint:containedctx // they are about the whole program
	begin, hurry   context.CancelFunc
	// open and waiting count the refreshes and the events of which the store was not told. They are asked when all is over: a part
	// that hangs tells nobody what it left, and fx passes over those that come after the deadline.
	open, waiting func() int

	mu sync.Mutex
	// under is what is being done.
	under string
}

func newEnding(ctx context.Context) *ending {
	none := func() int { return 0 }
	e := &ending{open: none, waiting: none}
	e.begun, e.begin = context.WithCancel(ctx)
	e.hurried, e.hurry = context.WithCancel(ctx) //nolint:gosec // the server calls it: see httpapi.Hurry
	return e
}

// part makes a part of the end of what do does. It is told of by name if it outlasts the deadline.
func (e *ending) part(name string, do func(context.Context)) func(context.Context) {
	return func(ctx context.Context) {
		e.does(name)
		do(ctx)
		if ctx.Err() == nil {
			e.does("")
		}
	}
}

func (e *ending) does(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.under = name
}

// tell says what was not done, if anything, and returns what the process ends with: a failure where requests got no
// answer or something went wrong, and none where the store or a collector, which may well be what is broken, did not take
// what it was to be told. stopped is what fx says of the stop.
func (e *ending) tell(log *zap.Logger, cutOff int, stopped error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	late := errors.Is(stopped, context.DeadlineExceeded)
	unsettled, events := e.open(), e.waiting()
	failed := cutOff > 0 || stopped != nil && !late
	if !failed && !late && events+unsettled == 0 {
		return nil
	}
	fields := []zap.Field{
		zap.Int("requests_cut_off", cutOff), zap.Int("refreshes_not_settled", unsettled),
		zap.Int("events_not_stored", events), zap.String("unfinished", e.under),
	}
	if !failed {
		log.Warn(leftUndone, fields...)
		return nil
	}
	log.Error(leftUndone, append(fields, zap.NamedError("error", stopped))...)
	return exitError{1}
}

const leftUndone = "the service has ended, and something was left undone"

// awaited waits, until ctx ends, for wait to return.
func awaited(ctx context.Context, wait func()) bool {
	over := make(chan struct{})
	go func() {
		wait()
		close(over)
	}()
	select {
	case <-over:
		return true
	case <-ctx.Done():
		return false
	}
}
