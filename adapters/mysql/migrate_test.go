package mysql_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

// The server commits each statement of a migration by itself, so that a crash may leave half of one.
func TestMigrate_GoesOnAfterACrashInTheMiddle(t *testing.T) {
	url := mariadb.Database(t)
	db, other := migrated(t, url), mariadb.Connect(t, url)
	before := engine.Rows(t, other, "SHOW TABLES LIKE 'sessions'")[0]
	engine.Execute(t, other, "DELETE FROM goose_db_version WHERE version_id > 0", "DROP TABLE sessions")
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := engine.Rows(t, other, "SHOW TABLES LIKE 'sessions'")[0]; after != before {
		t.Errorf("the table %q is now %q", before, after)
	}
	engine.RoundTrip(t, db)
}

func TestCheckMigrated_NeedsNoRightToChangeTables(t *testing.T) {
	url := mariadb.Database(t)
	migrated(t, url)
	clerk := opened(t, as(t, url, "clerk", "SELECT, INSERT, UPDATE, DELETE"), 20, engine.Patience)
	if err := clerk.CheckMigrated(t.Context()); err != nil {
		t.Errorf("somebody who may not change the schema: %v", err)
	}
	if err := clerk.Engine().Check(t.Context()); err != nil {
		t.Errorf("the readiness is %v", err)
	}
	engine.RoundTrip(t, clerk)
}
