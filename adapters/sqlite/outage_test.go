package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
)

func TestStores_AreUnavailableForWritingWhileSomebodyElseWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	openAt(t, path)
	db, lock := opened(t, path, engine.Impatience), other(t, path)
	session := engine.RoundTrip(t, db)
	engine.Execute(t, lock, "BEGIN EXCLUSIVE")
	contract.Unwritable(t.Context(), t, engine.Stores(db.Engine()), engine.Impatience+engine.Slack)
	_, _, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), engine.Rotation(session))
	if !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("a rotation: %v, want %v", err, domain.ErrUnavailable)
	}
	if err := db.Engine().Check(t.Context()); !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("the readiness is %v, want %v", err, domain.ErrUnavailable)
	}
	engine.Execute(t, lock, "ROLLBACK")
	if err := db.Engine().Check(t.Context()); err != nil {
		t.Errorf("once nobody else writes the readiness is %v", err)
	}
	engine.Swaps(t, db, engine.Rotation(session))
}

func TestStores_AreUnavailableForWritingWhereNothingCanBeWritten(t *testing.T) {
	for what, pragma := range map[string]string{
		"the disk is full":      "PRAGMA max_page_count = 1",
		"the file is read-only": "PRAGMA query_only = ON",
	} {
		t.Run(what, func(t *testing.T) {
			db := open(t)
			session := engine.RoundTrip(t, db)
			if err := db.Engine().DB.Exec(pragma).Error; err != nil {
				t.Fatal(err)
			}
			var err error
			// What is free in the pages that are there is used up first.
			for range 2000 {
				if _, err = engine.AddUser(t.Context(), db); err != nil {
					break
				}
			}
			if !errors.Is(err, domain.ErrUnavailable) {
				t.Errorf("the error is %v, want %v", err, domain.ErrUnavailable)
			}
			if _, err := gormstore.NewSessionStore(db.Engine()).Find(t.Context(), session.ID); err != nil {
				t.Errorf("reading: %v", err)
			}
		})
	}
}

// In the stores the time of the call is mostly over first, and hides what the engine says.
func TestClassify_AFileThatIsBusyIsUnavailable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	db := openAt(t, path)
	engine.RoundTrip(t, db)
	writer, reader := other(t, path), other(t, path)
	for what, c := range map[string]struct {
		before [2]string
		write  string
	}{
		"somebody else writes":                  {[2]string{"BEGIN IMMEDIATE", "SELECT 1"}, "BEGIN IMMEDIATE"},
		"somebody else wrote since it was read": {[2]string{"UPDATE users SET name = 'x'", "BEGIN; SELECT count(*) FROM users"}, "UPDATE users SET name = 'y'"},
	} {
		t.Run(what, func(t *testing.T) {
			engine.Execute(t, reader, c.before[1])
			engine.Execute(t, writer, c.before[0])
			_, err := reader.ExecContext(t.Context(), c.write)
			if err == nil || !strings.Contains(err.Error(), "locked") {
				t.Fatalf("the error is %v, want that the file is busy", err)
			}
			if got := db.Engine().Classify(fmt.Errorf("write: %w", err)); got != gormstore.Unavailable {
				t.Errorf("%v is of kind %d, want %d", err, got, gormstore.Unavailable)
			}
			for _, conn := range []*sql.DB{writer, reader} {
				_, _ = conn.ExecContext(t.Context(), "ROLLBACK")
			}
		})
	}
}
