package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/sqlite"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/model"
)

// patience is the time of one call in tests, which share two cores with other tests.
const patience = 30 * time.Second

// open returns a migrated database in a file whose name wants escaping.
func open(t *testing.T) *sqlite.Database {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "vida plus%20#.db"))
}

func openAt(t *testing.T, path string) *sqlite.Database {
	t.Helper()
	db, err := sqlite.Open(path, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(t.Context()) })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func storage(e gormstore.Engine) contract.Storage {
	return contract.Storage{
		Sessions:        gormstore.NewSessionStore(e),
		SessionRegister: gormstore.NewSessionRegister(e),
		Users:           gormstore.NewUserStore(e),
		UserRegister:    gormstore.NewUserRegister(e),
		Attempts:        gormstore.NewAttemptStore(e),
		Events:          gormstore.NewEventStore(e),
	}
}

func TestStoresKeepTheContract(t *testing.T) {
	t.Run("file", func(t *testing.T) {
		contract.Stores(t, func(t *testing.T) contract.Storage { return storage(open(t).Engine()) })
	})
	t.Run("memory", func(t *testing.T) {
		contract.Stores(t, func(t *testing.T) contract.Storage { return storage(openAt(t, sqlite.Memory).Engine()) })
	})
}

func TestRotation_AgreesWithItsModel(t *testing.T) {
	model.Rotation(t, func(t *testing.T) contract.Storage { return storage(open(t).Engine()) })
}
