package gormstore

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// CallObserver is told of a call of a store: what was asked, in one of the few texts that this package calls with, what
// became of it, in one of the words below, and how long it took, conflicts and second tries included.
type CallObserver func(call, outcome string, took time.Duration)

// What becomes of a call. A refusal is an answer: no such session, say.
const (
	CallOK          = "ok"
	CallRefused     = "refused"
	CallUnavailable = "unavailable"
	CallFailed      = "failed"
)

// now returns the zero instant where nobody wants to know.
func (e Engine) now() time.Time {
	if e.Now == nil {
		return time.Time{}
	}
	return e.Now()
}

// observe tells of a commit that began at `began` and is over.
func (e Engine) observe(rotations int, waited time.Duration, began time.Time) {
	if e.Observe != nil {
		e.Observe(rotations, waited, e.now().Sub(began))
	}
}

func (e Engine) observeCall(what string, err error, began time.Time) {
	if e.ObserveCall != nil {
		e.ObserveCall(what, e.outcome(err), e.now().Sub(began))
	}
}

// outcome agrees with explain.
func (e Engine) outcome(err error) string {
	switch {
	case err == nil:
		return CallOK
	case isRefusal(err):
		return CallRefused
	case e.kind(err) == Bug:
		return CallFailed
	default:
		return CallUnavailable
	}
}

// Connections says how a pool of connections does.
type Connections struct {
	InUse, Idle, Max int
	// Waits is how often somebody had to wait for a connection since the start, Waited how long in all.
	Waits  int64
	Waited time.Duration
}

// Pool returns how the engine's pool does at this moment. It costs nothing worth mentioning.
func (e Engine) Pool() Connections {
	if e.Connections != nil {
		return e.Connections()
	}
	conns, err := e.DB.DB()
	if err != nil {
		return Connections{}
	}
	s := conns.Stats()
	return Connections{InUse: s.InUse, Idle: s.Idle, Max: s.MaxOpenConnections, Waits: s.WaitCount, Waited: s.WaitDuration}
}

// LiveSessions returns about how many sessions are live now: exactly how many while there are few, and an estimate from
// a sample of them otherwise. The engine has to have CountLive.
func (e Engine) LiveSessions(ctx context.Context) (n int, err error) {
	err = e.call(ctx, "count live sessions", func(db *gorm.DB) error {
		n, err = e.CountLive(db, e.Now())
		return err
	})
	return n, err
}
