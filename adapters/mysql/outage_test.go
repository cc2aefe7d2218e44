package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

// impatient returns the migrated database at url with calls that wait for impatience only.
func impatient(t *testing.T, url string) *mysql.Database {
	t.Helper()
	migrated(t, url)
	return opened(t, url, impatience)
}

func TestStores_AreUnavailableWhileTheServerIsGoneAndServeAfterwards(t *testing.T) {
	server := mariadb.Start(t)
	db := impatient(t, server.URL())
	serves(t, db)
	for what, outage := range map[string]struct{ begin, end func() }{
		"stopped": {func() { server.Stop(true) }, server.Start},
		"paused":  {server.Pause, server.Resume},
	} {
		t.Run(what, func(t *testing.T) {
			outage.begin()
			contract.Unavailable(t.Context(), t, stores(db.Engine()), impatience+slack)
			if err := db.Engine().Check(t.Context()); !errors.Is(err, domain.ErrUnavailable) {
				t.Errorf("the readiness is %v", err)
			}
			outage.end()
			end := time.Now().Add(patience)
			for err := errors.New("not asked"); err != nil; err = db.Engine().Check(t.Context()) {
				if time.Now().After(end) {
					t.Fatalf("the store does not serve again: %v", err)
				}
			}
			serves(t, db)
		})
	}
}

func TestStores_AreUnavailableToACallerWhoIsGone(t *testing.T) {
	db := open(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	contract.Unavailable(gone, t, stores(db.Engine()), slack)
	roundTrip(t, db)
}

func TestStores_AreUnavailableForWritingOnAReplica(t *testing.T) {
	url := mariadb.Database(t)
	root := mariadb.Connect(t, url)
	migrated(t, url)
	db := opened(t, as(t, url, "service", "ALL"), patience)
	roundTrip(t, db)
	readOnly := "read_only"
	if onTiDB(t, root) {
		readOnly = "tidb_super_read_only"
	}
	set(t, root, readOnly, "ON", "OFF")
	contract.Unwritable(t.Context(), t, stores(db.Engine()), slack)
	if err := db.Engine().Check(t.Context()); !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("the readiness is %v, want %v", err, domain.ErrUnavailable)
	}
	execute(t, root, "SET GLOBAL "+readOnly+" = OFF")
	if err := db.Engine().Check(t.Context()); err != nil {
		t.Errorf("the readiness once it may write is %v", err)
	}
	roundTrip(t, db)
}

func TestRotate_ThatWaitsForALockTooLongIsUnavailableAndSwapsNothingLater(t *testing.T) {
	url := mariadb.Database(t)
	db, patient := impatient(t, url), opened(t, url, patience)
	u, session := begun(t, patient)
	other := begin(t, patient, u)
	tx, err := mariadb.Connect(t, url).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "SELECT 1 FROM sessions WHERE id = ? FOR UPDATE", session.ID); err != nil {
		t.Fatal(err)
	}
	store := gormstore.NewSessionStore(db.Engine())
	for range 6 {
		if _, _, err := store.Rotate(t.Context(), rotation(session)); !errors.Is(err, domain.ErrUnavailable) {
			t.Fatalf("the error is %v, want %v", err, domain.ErrUnavailable)
		}
	}
	swaps(t, store, rotation(other))
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	swaps(t, store, rotation(session))
}

func TestRevokeUser_ThatDeadlocksIsMadeAgain(t *testing.T) {
	url := mariadb.Throwaway(t)
	db := migrated(t, url)
	u, session := begun(t, db)
	root := mariadb.Connect(t, url)
	tx, err := root.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Whoever has changed less gives up: that is the store.
	for _, statement := range []string{
		"INSERT INTO untracked_cutoffs (subject) VALUES ('1'), ('2'), ('3'), ('4'), ('5'), ('6'), ('7'), ('8'), ('9')",
		"SELECT 1 FROM sessions WHERE id = '" + session.ID + "' FOR UPDATE",
	} {
		if _, err := tx.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	before := deadlocks(t, root)
	revoked := make(chan error, 1)
	go func() {
		_, err := gormstore.NewSessionRegister(db.Engine()).RevokeUser(t.Context(), u.ID, "", domain.ReasonOperator, session.CreatedAt)
		revoked <- err
	}()
	awaitWaiting(t, url)
	if _, err := tx.ExecContext(t.Context(), "SELECT 1 FROM users WHERE id = ? FOR UPDATE", u.ID); err != nil {
		t.Fatalf("the rival lost the deadlock, so nothing is proved: %v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-revoked; err != nil {
		t.Errorf("revoking after a deadlock: %v", err)
	}
	if after := deadlocks(t, root); after == before {
		t.Error("there was no deadlock, so nothing is proved")
	}
	state, err := gormstore.NewSessionStore(db.Engine()).Find(t.Context(), session.ID)
	if err != nil || state.RevokedFor != domain.ReasonOperator {
		t.Errorf("the session is revoked for %q, %v", state.RevokedFor, err)
	}
}

// deadlocks counts those that there were on the server.
func deadlocks(t *testing.T, db *sql.DB) string {
	t.Helper()
	if onTiDB(t, db) {
		return text(t, db, "SELECT COUNT(*) FROM information_schema.deadlocks")
	}
	return text(t, db, "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'Innodb_deadlocks'")
}

// awaitWaiting returns once somebody waits for a row of this database.
func awaitWaiting(t *testing.T, url string) {
	t.Helper()
	conn, end := mariadb.Connect(t, url), time.Now().Add(patience)
	waiting := `SELECT COUNT(*) FROM information_schema.innodb_trx AS t
		JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id
		WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()`
	if onTiDB(t, conn) {
		waiting = "SELECT COUNT(*) FROM information_schema.tidb_trx WHERE state = 'LockWaiting' AND db = DATABASE()"
	}
	for text(t, conn, waiting) == "0" {
		if time.Now().After(end) {
			t.Fatal("nobody waits for a row")
		}
		time.Sleep(150 * time.Millisecond) // the server says the same again to who asks within a tenth of a second
	}
}
