package mysql_test

import (
	"context"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
	"github.com/vidaplus/vidaplus-auth/test/model"
)

// patience is the time of one call in tests, which share two cores with other tests.
const patience = 30 * time.Second

// opened returns the database at url. Nothing is migrated.
func opened(t *testing.T, url string, timeout time.Duration) *mysql.Database {
	t.Helper()
	db, err := mysql.Open(domain.NewSecret(url), 20, timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.WithoutCancel(t.Context())) })
	return db
}

func migrated(t *testing.T, url string) *mysql.Database {
	t.Helper()
	db := opened(t, url, patience)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// open returns a migrated database of the test's own.
func open(t *testing.T) *mysql.Database {
	t.Helper()
	return migrated(t, mariadb.Database(t))
}

func stores(e gormstore.Engine) contract.Storage {
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
	contract.Stores(t, func(t *testing.T) contract.Storage { return stores(open(t).Engine()) })
}

func TestStoresKeepTheContract_WithoutSharedCommits(t *testing.T) {
	contract.Stores(t, func(t *testing.T) contract.Storage {
		e := open(t).Engine()
		e.RotateAll = nil
		return stores(e)
	})
}

func TestUserIntakeKeepsTheContract(t *testing.T) {
	contract.UserIntake(t, func(t *testing.T) (contract.Storage, ports.UserIntake) {
		e := open(t).Engine()
		return stores(e), gormstore.NewUserIntake(e)
	})
}

func TestRotation_AgreesWithItsModel(t *testing.T) {
	model.Rotation(t, func(t *testing.T) contract.Storage { return stores(open(t).Engine()) })
}
