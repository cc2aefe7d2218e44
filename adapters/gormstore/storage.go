// Package gormstore keeps users, sessions, attempts and events in an SQL database through GORM. It is written once for all engines: it
// holds no dialect, opens no connection and migrates nothing. An engine's own package does that, and hands over an
// Engine. What is atomic here is one statement, or one transaction that locks the user's row first; what is promised
// to the world stands in package ports.
package gormstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Kind says what an engine's error means for the caller.
type Kind int

// The kinds of errors.
const (
	// Bug: the statement is wrong. Nobody but a programmer can help.
	Bug Kind = iota
	// Unavailable: the engine cannot be reached, is too slow, or cannot write.
	Unavailable
	// Conflict: the engine gave up a transaction for the sake of another, and the same again may succeed.
	Conflict
)

// Engine is an open database and what its package knows of it.
type Engine struct {
	// DB is open and up to date, with the settings of Config.
	DB *gorm.DB
	// Prefix stands before every table's name: a schema and a dot, or nothing.
	Prefix string
	// Shared says whose the accounts are, if they are not our own.
	Shared Shared
	// Timeout is how long one call of a store may take.
	Timeout time.Duration
	// Ready asks the engine whether it can serve, which includes writing.
	Ready func(*gorm.DB) error
	// Classify says what an error of the engine means. Duplicate keys are GORM's business, not its.
	Classify func(error) Kind
	// Returning says that an UPDATE can return the row that it changed, which makes a lone rotation one statement.
	Returning bool
	// RotateAll lets rotations share a commit. It is nil for an engine that makes one at a time.
	RotateAll RotateAll
	// Witnessed returns a context for one call, and a function that says, once the call has succeeded, why it may not
	// have. It is nil for an engine whose every success is one.
	Witnessed func(context.Context) (context.Context, func() error)
	// Durable returns once everything that could be read before it is as durable as a commit. It is nil for an engine
	// that shows nothing earlier.
	Durable func(*gorm.DB) error
	// HoldTurn takes the one turn that all processes on the engine share, for as long as until release is called, or
	// returns nil at once where another has it. It is nil for an engine that serves one process.
	HoldTurn func(context.Context) (release func(), err error)
	// Observe is told of shared commits, in time that Now tells. Both are nil where nobody wants to know.
	Observe CommitObserver
	Now     ports.Clock
	// ObserveCall is told of each call of a store that goes through call, nil where nobody wants to know.
	ObserveCall CallObserver
	// Connections says how the pool does, nil for an engine of which database/sql knows.
	Connections func() Connections
	// CountLive returns about how many sessions are live, at the cost of a few milliseconds however many there are. It is
	// nil for an engine that cannot.
	CountLive func(*gorm.DB, time.Time) (int, error)
}

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

// Check returns domain.ErrUnavailable unless the engine can serve.
func (e Engine) Check(ctx context.Context) error {
	return e.call(ctx, "ask the store whether it can serve", e.Ready)
}

// Config returns GORM's settings for an engine whose tables' names begin with prefix. GORM's own log is off: it prints
// statements with their values, and those are people's addresses and password hashes.
func Config(prefix string) *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true,
		TranslateError:         true,
		// No SELECT *: see sessionColumns.
		QueryFields: true,
		// A row type is named after its table: sessionRow is kept in sessions.
		NamingStrategy: schema.NamingStrategy{TablePrefix: prefix, NameReplacer: strings.NewReplacer("Row", "")},
	}
}

// table names a table of ours in a hand-written statement.
func (e Engine) table(name string) clause.Table { return clause.Table{Name: e.Prefix + name} }

// conflictTries is how often a call is made anew after a conflict, within its time.
const conflictTries = 5

// call runs f within the time of one call, again after a conflict, and turns what went wrong into the errors that
// package ports promises. what says for people what was tried.
func (e Engine) call(ctx context.Context, what string, f func(*gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	began := e.now()
	var err error
	for range conflictTries {
		if err = e.try(ctx, f); err == nil || e.kind(err) != Conflict {
			break
		}
	}
	e.observeCall(what, err, began)
	return e.explain(what, err)
}

func (e Engine) try(ctx context.Context, f func(*gorm.DB) error) error {
	if e.Witnessed == nil {
		return f(e.DB.WithContext(ctx))
	}
	ctx, verdict := e.Witnessed(ctx)
	if err := f(e.DB.WithContext(ctx)); err != nil {
		return err
	}
	return verdict()
}

// durable makes sure that what was read will not be gone after a crash, before a caller is told to rely on it.
func (e Engine) durable(ctx context.Context) error {
	if e.Durable == nil {
		return nil
	}
	return e.call(ctx, "wait until what was read is durable", e.Durable)
}

// transaction is call for several statements that happen together or not at all.
func (e Engine) transaction(ctx context.Context, what string, f func(*gorm.DB) error) error {
	return e.call(ctx, what, func(db *gorm.DB) error { return db.Transaction(f) })
}

// refusals pass through unchanged: they are answers, not failures.
var refusals = []error{
	domain.ErrSessionUnknown, domain.ErrUserUnknown, domain.ErrUserChanged, domain.ErrTokenOutdated, domain.ErrEmailTaken,
	domain.ErrUsersShared, domain.ErrUserReferenced, errUnchanged,
}

// isRefusal knows no wrapped ones: those are not answers of this package.
func isRefusal(err error) bool { return slices.Contains(refusals, err) }

func (e Engine) kind(err error) Kind {
	switch {
	case isRefusal(err):
		return Bug
	case errors.Is(err, errRowGone):
		return Conflict
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Unavailable
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, gorm.ErrDuplicatedKey):
		return Bug
	default:
		return e.Classify(err)
	}
}

func (e Engine) explain(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case isRefusal(err):
		return err
	case e.kind(err) == Bug:
		return fmt.Errorf("%s: %w", what, err)
	default:
		return fmt.Errorf("%s: %w: %w", what, domain.ErrUnavailable, err)
	}
}
