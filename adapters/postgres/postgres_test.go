package postgres_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/model"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// patience is the time of one call in tests, which share two cores with other tests.
const patience = 30 * time.Second

// open returns a migrated database of the test's own, in a schema whose name wants quoting.
func open(t *testing.T) *postgres.Database {
	t.Helper()
	db, err := postgres.Open(t.Context(), domain.NewSecret(pg.Database(t)), "order", 20, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func storage(t *testing.T) contract.Storage {
	e := open(t).Engine()
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
	contract.Stores(t, storage)
}

func TestRotation_AgreesWithItsModel(t *testing.T) {
	model.Rotation(t, storage)
}
