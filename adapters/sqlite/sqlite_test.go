package sqlite_test

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/vidaplus/vidaplus-auth/adapters/sqlite"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
)

// subject is a database in a file whose name wants escaping.
var subject = engine.Subject{
	Place: func(t testing.TB) string { return filepath.Join(t.TempDir(), "vida plus%20#.db") },
	Open: func(t *testing.T, path string, _ int, timeout time.Duration) engine.Database {
		return opened(t, path, timeout)
	},
	Connect: other,
	Listing: []string{"SELECT name, sql FROM sqlite_schema ORDER BY 1"},
	Dialect: goose.DialectSQLite3,
}

func TestEngine_KeepsTheContract(t *testing.T) { engine.Contract(t, subject) }

func TestStoresKeepTheContract_InMemory(t *testing.T) {
	contract.Stores(t, func(t *testing.T) contract.Storage { return engine.Stores(openAt(t, sqlite.Memory).Engine()) })
}

// open returns a migrated database of the test's own.
func open(t *testing.T) *sqlite.Database {
	t.Helper()
	return openAt(t, subject.Place(t))
}

func openAt(t *testing.T, path string) *sqlite.Database {
	t.Helper()
	db := opened(t, path, engine.Patience)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func opened(t *testing.T, path string, timeout time.Duration) *sqlite.Database {
	t.Helper()
	db, err := sqlite.Open(path, timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.WithoutCancel(t.Context())) })
	return db
}

// other returns the connection that somebody else has to the file.
func other(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(path))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}
