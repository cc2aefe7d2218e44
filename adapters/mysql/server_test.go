package mysql_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

func TestServer_ThatLosesCommitsInACrashIsRefused(t *testing.T) {
	url := mariadb.Throwaway(t)
	root, db := mariadb.Connect(t, url), migrated(t, url)
	engine.Execute(t, root, "SET GLOBAL innodb_flush_log_at_trx_commit = 2")
	t.Cleanup(func() {
		_, _ = root.ExecContext(context.WithoutCancel(t.Context()), "SET GLOBAL innodb_flush_log_at_trx_commit = 1")
	})
	for _, err := range []error{db.CheckMigrated(t.Context()), db.Migrate(t.Context())} {
		if err == nil || !strings.Contains(err.Error(), "innodb_flush_log_at_trx_commit is 2") {
			t.Errorf("the error is %v, want a refusal", err)
		}
	}
}

func TestDurable_AsksForAFlushedBinaryLogWhereThereIsOne(t *testing.T) {
	for _, c := range []struct {
		flush, sync int
		binary      bool
		durable     bool
	}{{1, 0, false, true}, {1, 1, true, true}, {1, 0, true, false}, {1, 100, true, false}, {0, 1, true, false}, {2, 0, false, false}} {
		if err := mysql.Durable(c.flush, c.sync, c.binary); (err == nil) != c.durable {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestOlder_ComparesVersionsAsNumbers(t *testing.T) {
	for version, want := range map[string]bool{
		"10.11.19-MariaDB-0+deb12u1": false, "10.6.0-MariaDB": false, "11.4.2-MariaDB": false, "10.5.29-MariaDB": true,
		"5.5.68-MariaDB": true, "nonsense": true, "": true,
	} {
		if got := mysql.Older(version, [2]int{10, 6}); got != want {
			t.Errorf("%q is older than 10.6: %t, want %t", version, got, want)
		}
	}
}

// TiDB documents NOWAIT, not SKIP LOCKED. MariaDB knows both, so the way that TiDB takes is tried on it.
func TestRotate_GoesOnWhereTheServerRefusesASessionThatIsHeld(t *testing.T) {
	url := mariadb.Database(t)
	db := migrated(t, url)
	db.RefuseHeld()
	server.OneIsHeld(engine.NewCrowd(t, db), url)
}

// TiDB would take no lock at all, and say nothing.
func TestOpen_SkipsNothingBeforeTheServerIsKnown(t *testing.T) {
	url := mariadb.Database(t)
	db := opened(t, url, 20, engine.Patience)
	if held := db.Held(); held != "NOWAIT" {
		t.Errorf("what is held is met with %s before the server is known, want NOWAIT", held)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := "SKIP LOCKED"
	if onTiDB(t, mariadb.Connect(t, url)) {
		want = "NOWAIT"
	}
	if held := db.Held(); held != want {
		t.Errorf("what is held is met with %s, want %s", held, want)
	}
}

func TestCheckMigrated_SaysSoWhereTheServerLacksASetting(t *testing.T) {
	db := open(t)
	db.Ask("SET SESSION no_such_setting = ON")
	err := db.CheckMigrated(t.Context())
	if err == nil || !strings.Contains(err.Error(), "TiDB must be 8.3 or newer") || errors.Is(err, mysql.ErrOutdated) {
		t.Errorf("a server that lacks a setting: %v", err)
	}
}
