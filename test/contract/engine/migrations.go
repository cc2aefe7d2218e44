package engine

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
)

// everything lists all that is in the database, and the versions that were applied with when that was.
func (s Subject) everything(t *testing.T, other *sql.DB) []string {
	t.Helper()
	return append(s.tables(t, other), Rows(t, other, "SELECT id, version_id, is_applied, tstamp FROM goose_db_version ORDER BY 1")...)
}

func (s Subject) tables(t *testing.T, other *sql.DB) (all []string) {
	t.Helper()
	for _, query := range s.Listing {
		all = append(all, Rows(t, other, query)...)
	}
	return all
}

func (s Subject) migratesTwice(t *testing.T) {
	place := s.Place(t)
	db, other := s.migrated(t, place), s.Connect(t, place)
	session := RoundTrip(t, db)
	before := s.everything(t, other)
	ok(t, db.Migrate(t.Context()))
	s.migrated(t, place)
	if after := s.everything(t, other); !slices.Equal(before, after) {
		t.Errorf("the database was\n%q and is now\n%q", before, after)
	}
	if left := Rows(t, other, "SELECT id FROM sessions"); !slices.Equal(left, []string{session.ID}) {
		t.Errorf("the sessions are now %q, want %q", left, session.ID)
	}
}

// migratesFromFormer stops at each version that was the newest once.
func (s Subject) migratesFromFormer(t *testing.T) {
	place := s.Place(t)
	s.migrated(t, place)
	want := s.tables(t, s.Connect(t, place))
	for _, source := range s.migrator(t, s.Connect(t, place)).ListSources() {
		place := s.Place(t)
		other := s.Connect(t, place)
		Execute(t, other, s.Prepare...)
		_, err := s.migrator(t, other).UpTo(t.Context(), source.Version)
		ok(t, err)
		db := s.Open(t, place, 20, Patience)
		_, session := Begun(t, db)
		ok(t, db.Migrate(t.Context()))
		Swaps(t, db, Rotation(session))
		if got := s.tables(t, other); !slices.Equal(got, want) {
			t.Errorf("from version %d the database becomes\n%q, from none\n%q", source.Version, got, want)
		}
	}
}

// migrator does, migration by migration, what an adapter does at once.
func (s Subject) migrator(t *testing.T, other *sql.DB) *goose.Provider {
	t.Helper()
	provider, err := goose.NewProvider(s.Dialect, other, os.DirFS("migrations"))
	ok(t, err)
	return provider
}

func (s Subject) takesNewer(t *testing.T) {
	place := s.Place(t)
	s.migrated(t, place)
	newer(t, s.Connect(t, place))
	RoundTrip(t, s.migrated(t, place))
}

// newer makes the database one of a version that is not there yet. Migrations only add.
func newer(t *testing.T, other *sql.DB) {
	t.Helper()
	Execute(t, other, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (900, TRUE)",
		"ALTER TABLE sessions ADD COLUMN refreshed_from TEXT", "ALTER TABLE users ADD COLUMN locale VARCHAR(9) NOT NULL DEFAULT ''")
}

func (s Server) manyMigrateAtOnce(t *testing.T) {
	place := s.Place(t)
	began := time.Now()
	var all sync.WaitGroup
	for range 8 {
		db := s.opened(t, place)
		all.Go(func() {
			if err := errors.Join(db.Migrate(t.Context()), db.CheckMigrated(t.Context())); err != nil {
				t.Errorf("migrate, and straight afterwards: %v", err)
			}
		})
	}
	all.Wait()
	// A lock that is tried for in intervals of seconds takes longer than that.
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func (s Server) migratesBesideAnother(t *testing.T) {
	place := s.Place(t)
	db := s.migrated(t, place)
	_, release := Holds(t, s.Connect(t, place), s.MigrationLock)
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	ok(t, db.Migrate(ctx))
	release()
}

func (s Server) migratesWithOneConnection(t *testing.T) {
	db := s.Open(t, s.Place(t), 1, Patience)
	ok(t, db.Migrate(t.Context()))
	RoundTrip(t, db)
}

func (s Server) asksForMissingMigrations(t *testing.T) {
	place := s.Place(t)
	db, other := s.opened(t, place), s.Connect(t, place)
	before := s.tables(t, other)
	if err := db.CheckMigrated(t.Context()); !errors.Is(err, s.Outdated) {
		t.Errorf("an empty database: %v, want %v", err, s.Outdated)
	}
	if after := s.tables(t, other); !slices.Equal(before, after) {
		t.Errorf("looking at the version of\n%q\nmade\n%q", before, after)
	}
	ok(t, db.Migrate(t.Context()))
	if err := db.CheckMigrated(t.Context()); err != nil {
		t.Errorf("a migrated database: %v", err)
	}
	newer(t, other)
	if err := errors.Join(db.CheckMigrated(t.Context()), db.Migrate(t.Context())); err != nil {
		t.Errorf("a database of a newer version: %v", err)
	}
	RoundTrip(t, db)
	Execute(t, other, "DELETE FROM goose_db_version WHERE version_id = 1")
	if err := db.CheckMigrated(t.Context()); !errors.Is(err, s.Outdated) {
		t.Errorf("a database that lacks the first migration: %v, want %v", err, s.Outdated)
	}
}
