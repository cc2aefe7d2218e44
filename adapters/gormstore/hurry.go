package gormstore

import (
	"context"
	"time"
)

// hurriedTimeout is how long a call may take once the program has hardly any time left: enough for a store that answers.
const hurriedTimeout = 250 * time.Millisecond

// within returns the context of one call, which has to be cancelled.
func (e Engine) within(ctx context.Context) (context.Context, context.CancelFunc) {
	switch {
	case e.Hurried == nil:
		return context.WithTimeout(ctx, e.Timeout)
	case e.Hurried.Err() != nil:
		return context.WithTimeout(ctx, min(e.Timeout, hurriedTimeout))
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	calm := context.AfterFunc(e.Hurried, cancel)
	return ctx, func() {
		calm()
		cancel()
	}
}

// hurried returns what is closed once there is hardly any time left.
func (e Engine) hurried() <-chan struct{} {
	if e.Hurried == nil {
		return nil
	}
	return e.Hurried.Done()
}
