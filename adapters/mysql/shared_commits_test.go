package mysql_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

// A crowd with a token that was just replaced would stand in line for nothing.
func TestRotate_OfATokenThatIsNotCurrentWaitsForNobody(t *testing.T) {
	url := mariadb.Database(t)
	_, session := engine.Begun(t, migrated(t, url))
	db := opened(t, url, 20, engine.Slack)
	next := engine.Swaps(t, db, engine.Rotation(session))
	_, release := engine.Holds(t, mariadb.Connect(t, url), "SELECT 1 FROM sessions WHERE id = '"+session.ID+"' FOR UPDATE")
	state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), engine.Rotation(session))
	if err != nil || swapped || state.Current != next.Current {
		t.Errorf("the token just replaced, while the session is held: swapped=%v, %v, current %q, want %q", swapped, err,
			state.Current.ID, next.Current.ID)
	}
	release()
}

// Without a binary log a commit can be read before it is flushed, and a crash in between would take the token away that a
// replay was answered with.
func TestRotate_AReplayIsAnsweredOnceTheSwapIsFlushed(t *testing.T) {
	url := mariadb.Database(t)
	db, root := migrated(t, url), mariadb.Connect(t, url)
	_, session := engine.Begun(t, db)
	store := gormstore.NewSessionStore(db.Engine())
	flushes := []string{"0", "1", "2"}
	if onTiDB(t, root) {
		flushes = []string{"0", "0", "0"} // what can be read there is durable
	}
	for _, want := range flushes {
		if _, _, err := store.Rotate(t.Context(), engine.Rotation(session)); err != nil {
			t.Fatal(err)
		}
		if n := engine.Rows(t, root, "SELECT COALESCE(SUM(counted), 0) FROM flushes")[0]; n != want {
			t.Errorf("the log was flushed %s times for replays, want %s", n, want)
		}
	}
}

// The contract makes a MariaDB of its own read-only. This one does so with whichever server it is.
func TestStores_AreUnavailableForWritingOnAReplica(t *testing.T) {
	url := mariadb.Database(t)
	root, readOnly := mariadb.Connect(t, url), "read_only"
	if onTiDB(t, root) {
		readOnly = "tidb_super_read_only"
	}
	migrated(t, url)
	db := opened(t, as(t, url, "service", "ALL"), 20, engine.Patience)
	engine.RoundTrip(t, db)
	engine.Execute(t, root, "SET GLOBAL "+readOnly+" = ON")
	defer engine.Recovers(t, db)
	defer engine.Execute(t, root, "SET GLOBAL "+readOnly+" = OFF")
	contract.Unwritable(t.Context(), t, engine.Stores(db.Engine()), engine.Slack)
}
