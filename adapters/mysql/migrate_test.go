package mysql_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

// everything lists all that is in the database: columns, indexes, and the versions that were applied with when that was.
const everything = `SELECT CONCAT_WS('|',
	(SELECT GROUP_CONCAT(CONCAT_WS(' ', table_name, column_name, column_type, collation_name) ORDER BY 1) FROM information_schema.columns
		WHERE table_schema = DATABASE()),
	(SELECT GROUP_CONCAT(CONCAT_WS(' ', table_name, index_name, column_name) ORDER BY 1) FROM information_schema.statistics
		WHERE table_schema = DATABASE()),
	(SELECT GROUP_CONCAT(CONCAT_WS(' ', id, version_id, is_applied, tstamp) ORDER BY 1) FROM goose_db_version))`

func TestMigrate_ASecondTimeChangesNothing(t *testing.T) {
	url := mariadb.Database(t)
	db, other := migrated(t, url), mariadb.Connect(t, url)
	other.SetMaxOpenConns(1)
	execute(t, other, "SET group_concat_max_len = 1000000")
	before := text(t, other, everything)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	migrated(t, url)
	if after := text(t, other, everything); before != after {
		t.Errorf("the database was\n%q and is now\n%q", before, after)
	}
}

func TestMigrate_ManyAtOnceAllSucceedAndNobodyWaitsLong(t *testing.T) {
	url := mariadb.Database(t)
	began := time.Now()
	var all sync.WaitGroup
	for range 8 {
		db := opened(t, url, patience)
		all.Go(func() {
			if err := db.Migrate(t.Context()); err != nil {
				t.Errorf("migrate: %v", err)
			}
			if err := db.CheckMigrated(t.Context()); err != nil {
				t.Errorf("straight afterwards: %v", err)
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	} else {
		t.Logf("it took %v", took.Round(time.Millisecond))
	}
}

func TestMigrate_DoesNotWaitForSomebodyElsesWhereNothingIsToBeDone(t *testing.T) {
	url := mariadb.Database(t)
	db := migrated(t, url)
	holder := mariadb.Connect(t, url)
	holder.SetMaxOpenConns(1) // the lock is a connection's
	if got := text(t, holder, "SELECT GET_LOCK(CONCAT('vidaplus-auth ', MD5(DATABASE())), 0)"); got != "1" {
		t.Fatalf("the lock was not had: %s", got)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
}

// The server commits each statement of a migration by itself, so that a crash may leave half of one.
func TestMigrate_GoesOnAfterACrashInTheMiddle(t *testing.T) {
	url := mariadb.Database(t)
	db, other := migrated(t, url), mariadb.Connect(t, url)
	before := text(t, other, "SHOW TABLES LIKE 'sessions'")
	execute(t, other, "DELETE FROM goose_db_version WHERE version_id > 0", "DROP TABLE sessions")
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := text(t, other, "SHOW TABLES LIKE 'sessions'"); after != before {
		t.Errorf("the table %q is now %q", before, after)
	}
	roundTrip(t, db)
}

func TestMigrate_WorksWithASingleConnection(t *testing.T) {
	db, err := mysql.Open(domain.NewSecret(mariadb.Database(t)), 1, patience)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context()) //nolint:errcheck // nothing is left to do
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	roundTrip(t, db)
}

func TestCheckMigrated_AsksForMigrationsThatAreMissingAndForNothingElse(t *testing.T) {
	url := mariadb.Database(t)
	db, other := opened(t, url, patience), mariadb.Connect(t, url)
	if err := db.CheckMigrated(t.Context()); !errors.Is(err, mysql.ErrOutdated) {
		t.Errorf("an empty database: %v, want %v", err, mysql.ErrOutdated)
	}
	if n := text(t, other, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"); n != "0" {
		t.Errorf("looking at the version made %s tables", n)
	}
	migrated(t, url)
	if err := db.CheckMigrated(t.Context()); err != nil {
		t.Errorf("a migrated database: %v", err)
	}
	execute(t, other, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (900, true)",
		"ALTER TABLE sessions ADD COLUMN refreshed_from text", "ALTER TABLE users ADD COLUMN locale varchar(9) NOT NULL DEFAULT ''")
	if err := errors.Join(db.CheckMigrated(t.Context()), db.Migrate(t.Context())); err != nil {
		t.Errorf("a database of a newer version: %v", err)
	}
	roundTrip(t, db)
	execute(t, other, "DELETE FROM goose_db_version WHERE version_id = 1")
	if err := db.CheckMigrated(t.Context()); !errors.Is(err, mysql.ErrOutdated) {
		t.Errorf("a database that lacks the first migration: %v, want %v", err, mysql.ErrOutdated)
	}
}

func TestCheckMigrated_NeedsNoRightToChangeTables(t *testing.T) {
	url := mariadb.Database(t)
	migrated(t, url)
	clerk := opened(t, as(t, url, "clerk", "SELECT, INSERT, UPDATE, DELETE"), patience)
	if err := clerk.CheckMigrated(t.Context()); err != nil {
		t.Errorf("somebody who may not change the schema: %v", err)
	}
	if err := clerk.Engine().Check(t.Context()); err != nil {
		t.Errorf("the readiness is %v", err)
	}
	roundTrip(t, clerk)
}
