package gormstore

import (
	"context"
	"fmt"
	"sync"
)

// Turn implements ports.Turn.
type Turn struct {
	Engine
	own *sync.Mutex
}

// NewTurn returns the turn of an engine.
func NewTurn(e Engine) Turn { return Turn{e, new(sync.Mutex)} }

// Take implements ports.Turn: among processes if the engine can tell them apart, and always within this one.
func (t Turn) Take(ctx context.Context, do func(context.Context) error) (bool, error) {
	if !t.own.TryLock() {
		return false, nil
	}
	defer t.own.Unlock()
	// A pool of one could not hold the turn and do the work. Two processes that do it at once do no harm.
	if t.HoldTurn == nil || t.Pool().Max == 1 {
		return true, do(ctx)
	}
	release, err := t.HoldTurn(ctx)
	if err != nil {
		return false, t.explain("take the turn", err)
	}
	if release == nil {
		return false, nil
	}
	defer release()
	if err := do(ctx); err != nil {
		return true, fmt.Errorf("in its turn: %w", err)
	}
	return true, nil
}
