// Package gormstore keeps users, sessions, attempts and events in an SQL database through GORM. It is written once for all engines: it
// holds no dialect, opens no connection and migrates nothing. An engine's own package does that, and hands over an
// Engine. What is atomic here is one statement, or one transaction that locks the user's row first; what is promised
// to the world stands in package ports.
package gormstore

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

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
	// Hurried, once it is done, gives up the calls that are under way and hardly any time to those that come later: the
	// program ends. It is nil where that does not happen.
	Hurried context.Context //nolint:containedctx // it is about every call of the engine
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
