package sqlite_test

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/sqlite"
)

// everything lists all that is in the file: tables and indexes, and the versions that were applied with when that was.
func everything(t *testing.T, path string) []string {
	t.Helper()
	conn := other(t, path)
	return append(
		texts(t, conn, "SELECT name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1"),
		texts(t, conn, "SELECT id || ' ' || version_id || ' ' || is_applied || ' ' || tstamp FROM goose_db_version ORDER BY id")...,
	)
}

func TestMigrate_ASecondTimeChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	db := openAt(t, path)
	session := roundTrip(t, db)
	before := everything(t, path)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	openAt(t, path)
	if after := everything(t, path); !slices.Equal(before, after) {
		t.Errorf("the database was\n%q and is now\n%q", before, after)
	}
	if left := texts(t, other(t, path), "SELECT id FROM sessions"); !slices.Equal(left, []string{session.ID}) {
		t.Errorf("the sessions are now %q, want %q", left, session.ID)
	}
}

func TestMigrate_ManyAtOnceInOneFileAllSucceed(t *testing.T) {
	t.Parallel()
	for range 2 {
		path := filepath.Join(t.TempDir(), "vidaplus.db")
		began := time.Now()
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				db, err := sqlite.Open(path, patience)
				if err == nil {
					err = db.Migrate(t.Context())
				}
				if err != nil {
					t.Errorf("open and migrate: %v", err)
					return
				}
				if _, _, err := begun(t.Context(), db); err != nil {
					t.Errorf("straight afterwards: %v", err)
				}
				_ = db.Close(t.Context())
			})
		}
		all.Wait()
		t.Logf("it took %v", time.Since(began).Round(time.Millisecond))
		applied := texts(t, other(t, path), "SELECT version_id FROM goose_db_version WHERE version_id > 0 ORDER BY version_id")
		if len(applied) == 0 || len(slices.Compact(slices.Clone(applied))) != len(applied) {
			t.Errorf("the migrations %q were applied, want each once", applied)
		}
	}
}

func TestMigrate_TakesAFileOfANewerVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	openAt(t, path)
	execute(t, other(t, path), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (900, 1)",
		"ALTER TABLE sessions ADD COLUMN refreshed_from TEXT")
	roundTrip(t, openAt(t, path))
}
