package sqlite_test

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/sqlite"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
)

func TestMigrate_ManyAtOnceInOneFileAllSucceed(t *testing.T) {
	t.Parallel()
	for range 2 {
		path := filepath.Join(t.TempDir(), "vidaplus.db")
		began := time.Now()
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				db, err := sqlite.Open(path, engine.Patience)
				if err == nil {
					err = db.Migrate(t.Context())
				}
				if err != nil {
					t.Errorf("open and migrate: %v", err)
					return
				}
				if _, err := engine.AddUser(t.Context(), db); err != nil {
					t.Errorf("straight afterwards: %v", err)
				}
				_ = db.Close(t.Context())
			})
		}
		all.Wait()
		t.Logf("it took %v", time.Since(began).Round(time.Millisecond))
		applied := engine.Rows(t, other(t, path), "SELECT version_id FROM goose_db_version WHERE version_id > 0 ORDER BY version_id")
		if len(applied) == 0 || len(slices.Compact(slices.Clone(applied))) != len(applied) {
			t.Errorf("the migrations %q were applied, want each once", applied)
		}
	}
}
