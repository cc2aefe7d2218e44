// Package engine is the contract of a storage engine under gormstore: all that ports promise, and what every engine has to
// prove beyond that about migrations, outages, locks and shared commits. It knows no engine. What differs from one to the
// next an engine's test says in a Subject, or in a Server where the engine is one.
package engine

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/model"
)

const (
	// Patience is the time of one call in tests, which share two cores with other tests.
	Patience = 30 * time.Second
	// Impatience is the time of one call where calls are meant to be too slow.
	Impatience = 200 * time.Millisecond
	// Slack is what a busy machine adds to it: MariaDB waits for a row for whole seconds.
	Slack = 5 * time.Second
)

// Database is what an engine's package opens.
type Database interface {
	Engine() gormstore.Engine
	Migrate(context.Context) error
}

// Subject is an engine as its contract needs it.
type Subject struct {
	// Place returns where a new, empty database of the test's own is: a URL, or a file that is not there yet.
	Place func(testing.TB) string
	// Open opens the database at a place until the test ends, for so many connections and calls that may take so long.
	// Nothing is migrated.
	Open func(t *testing.T, place string, conns int, timeout time.Duration) Database
	// Connect returns connections of somebody else's to it, who may do everything. Our tables have no prefix there.
	Connect func(t *testing.T, place string) *sql.DB
	// Listing is queries that list what there is in a database, also in an empty one: tables, columns and indexes.
	Listing []string
	// Dialect is what goose calls the engine. Prepare makes what a migration needs to be there, if that is anything.
	Dialect goose.Dialect
	Prepare []string
	// Alone says that the engine's rotations share no commits.
	Alone bool
}

// Contract checks what every engine has to prove. The folder `migrations` is that of the test's package.
func Contract(t *testing.T, s Subject) {
	stores := func(t *testing.T) contract.Storage { return Stores(s.new(t).Engine()) }
	t.Run("Stores", func(t *testing.T) { contract.Stores(t, stores) })
	t.Run("UserIntake", func(t *testing.T) {
		contract.UserIntake(t, func(t *testing.T) (contract.Storage, ports.UserIntake) {
			e := s.new(t).Engine()
			return Stores(e), gormstore.NewUserIntake(e)
		})
	})
	t.Run("Model", func(t *testing.T) { model.Rotation(t, stores) })
	t.Run("Turn", func(t *testing.T) {
		one := gormstore.NewTurn(s.new(t).Engine())
		contract.Turn(t, one, one)
	})
	t.Run("does not swap for a user who was disabled or removed behind our back", s.disabledBehindOurBack)
	t.Run("is unavailable to a caller who is gone", s.callerIsGone)
	t.Run("calls a broken statement neither an outage nor a refusal", s.brokenStatement)
	t.Run("migrates a second time and changes nothing", s.migratesTwice)
	t.Run("migrates from each former version, and its sessions go on", s.migratesFromFormer)
	t.Run("takes a database of a newer version", s.takesNewer)
	if shares := s.new(t).Engine().RotateAll != nil; shares == s.Alone {
		t.Fatalf("rotations share commits: %t, want %t", shares, !s.Alone)
	}
	if !s.Alone {
		s.crowd(t, "a rotation shares a commit with those who came meanwhile", func(c *Crowd, _ string) { c.sharesACommit() })
		s.crowd(t, "a caller who is gone is left out and holds up nobody", func(c *Crowd, _ string) { c.oneIsGone() })
		s.crowd(t, "of two tokens of one session in one commit the current one swaps", func(c *Crowd, _ string) { c.twins() })
	}
}

// migrated returns the database at a place, up to date.
func (s Subject) migrated(t *testing.T, place string) Database {
	t.Helper()
	db := s.Open(t, place, 20, Patience)
	ok(t, db.Migrate(t.Context()))
	return db
}

// new returns a database of the test's own.
func (s Subject) new(t *testing.T) Database {
	t.Helper()
	return s.migrated(t, s.Place(t))
}

// impatient returns a database of the test's own whose calls wait for Impatience only.
func (s Subject) impatient(t *testing.T, place string) Database {
	t.Helper()
	s.migrated(t, place)
	return s.Open(t, place, 20, Impatience)
}
