package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// Stop drains: the service counts as not ready and answers close their connections, for a moment new requests are still
// served, then only those that run. When ctx ends those that still run are told to come again, and soon after that cut off,
// which is an error.
func (s *Server) Stop(ctx context.Context) error {
	s.api.Drain()
	s.pause(ctx, s.settings.DrainDelay)
	// Not Shutdown yet: that drops, unanswered, whatever request has been read but not begun.
	s.stopping.Store(true)
	_ = s.listener.Close()
	s.quiet(ctx)
	if ctx.Err() != nil {
		s.giveUp(errDraining)
		s.hurry()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.settings.LastAnswers)
		defer cancel()
		s.quiet(last)
	}
	defer s.giveUp(nil)
	err := s.http.Shutdown(ctx)
	// The listener is closed already, so that closing it again may fail.
	if err == nil || errors.Is(err, net.ErrClosed) {
		return nil
	}
	s.cutOff.Store(int64(s.busy.asking()))
	_ = s.http.Close()
	if n := s.CutOff(); n > 0 {
		return fmt.Errorf("%d requests were cut off: %w", n, err)
	}
	return nil
}

// CutOff returns how many requests got no answer because Stop cut them off.
func (s *Server) CutOff() int { return int(s.cutOff.Load()) }

// quiet waits until no connection is in the middle of a request.
func (s *Server) quiet(ctx context.Context) {
	// Twice, since a connection may have been accepted and not be known yet.
	for quiet := 0; quiet < 2 && ctx.Err() == nil; quiet++ {
		s.pause(ctx, drainStep)
		if !s.busy.none() {
			quiet = -1
		}
	}
}

// drainStep is how often a draining server looks whether it is done.
const drainStep = 5 * time.Millisecond

func (s *Server) pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
