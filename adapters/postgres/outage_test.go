package postgres_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

const (
	// impatience is the time of one call where calls are meant to be too slow, slack what a busy machine adds to it.
	impatience = 200 * time.Millisecond
	slack      = 5 * time.Second
)

// impatient returns the migrated database at url with calls that wait for impatience only.
func impatient(t *testing.T, url string) *postgres.Database {
	t.Helper()
	migrated(t, url, "vidaplus_auth")
	db, err := postgres.Open(t.Context(), domain.NewSecret(url), "vidaplus_auth", 4, impatience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func TestStores_AreUnavailableWhileTheServerIsGoneAndServeAfterwards(t *testing.T) {
	server := pg.Start(t)
	db := impatient(t, server.URL())
	storage := stores(db.Engine())
	serves(t, db)
	for what, outage := range map[string]struct{ begin, end func() }{
		"stopped": {func() { server.Stop(true) }, server.Start},
		"paused":  {server.Pause, server.Resume},
	} {
		t.Run(what, func(t *testing.T) {
			outage.begin()
			contract.Unavailable(t.Context(), t, storage, impatience+slack)
			if err := db.Engine().Check(t.Context()); !errors.Is(err, domain.ErrUnavailable) {
				t.Errorf("the readiness is %v", err)
			}
			outage.end()
			recovers(t, db)
			serves(t, db)
		})
	}
}

// recovers waits until the store can serve again.
func recovers(t *testing.T, db *postgres.Database) {
	t.Helper()
	end := time.Now().Add(patience)
	for err := errors.New("not asked"); err != nil; err = db.Engine().Check(t.Context()) {
		if time.Now().After(end) {
			t.Fatalf("the store does not serve again: %v", err)
		}
	}
}

func TestStores_AreUnavailableToACallerWhoIsGone(t *testing.T) {
	db := open(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	contract.Unavailable(gone, t, stores(db.Engine()), slack)
	roundTrip(t, db)
}

func TestStores_AreUnavailableForWritingOnAStandby(t *testing.T) {
	given := pg.Database(t)
	db := impatient(t, given)
	serves(t, db)
	execute(t, given, "ALTER DATABASE "+nameOf(t, given)+" SET default_transaction_read_only = on")
	standby := opened(t, given, "vidaplus_auth")
	contract.Unwritable(t.Context(), t, stores(standby.Engine()), slack)
	if err := standby.Engine().Check(t.Context()); !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("the readiness is %v, want %v", err, domain.ErrUnavailable)
	}
	recovers(t, db) // over connections that may write
}

func TestRotate_ThatWaitsForALockTooLongIsUnavailableAndSwapsNothingLater(t *testing.T) {
	given := pg.Database(t)
	db, patient := impatient(t, given), opened(t, given, "vidaplus_auth")
	u, session := begun(t, patient)
	other := begin(t, patient, u)
	lock := connected(t, given)
	tx, err := lock.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "SELECT 1 FROM vidaplus_auth.sessions WHERE id = $1 FOR UPDATE", session.ID); err != nil {
		t.Fatal(err)
	}
	store := gormstore.NewSessionStore(db.Engine())
	for range 6 {
		if _, _, err := store.Rotate(t.Context(), rotation(session)); !errors.Is(err, domain.ErrUnavailable) {
			t.Fatalf("the error is %v, want %v", err, domain.ErrUnavailable)
		}
	}
	swaps(t, store, rotation(other))
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	swaps(t, store, rotation(session))
}

func TestRevokeUser_ThatDeadlocksIsMadeAgain(t *testing.T) {
	given := pg.Database(t)
	// Each looks once for a circle, when it has waited for so long: the store first, and late enough for a busy machine.
	execute(t, given, "ALTER DATABASE "+nameOf(t, given)+" SET deadlock_timeout = '5s'")
	db := migrated(t, given, "vidaplus_auth")
	u, session := begun(t, db)
	rival := connected(t, given)
	tx, err := rival.Begin(t.Context())
	if err == nil {
		_, err = tx.Exec(t.Context(), "SET deadlock_timeout = '1min'")
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "SELECT 1 FROM vidaplus_auth.sessions WHERE id = $1 FOR UPDATE", session.ID); err != nil {
		t.Fatal(err)
	}
	revoked := make(chan error, 1)
	go func() {
		_, err := gormstore.NewSessionRegister(db.Engine()).RevokeUser(t.Context(), u.ID, "", domain.ReasonOperator, session.CreatedAt)
		revoked <- err
	}()
	awaitWaiting(t, given, 1)
	// Whoever finds the circle gives up.
	if _, err := tx.Exec(t.Context(), "SELECT 1 FROM vidaplus_auth.users WHERE id = $1 FOR UPDATE", u.ID); err != nil {
		t.Fatalf("the rival lost the deadlock, so nothing is proved: %v", err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-revoked; err != nil {
		t.Errorf("revoking after a deadlock: %v", err)
	}
	if n := rows(t, given, "SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()"); n[0] != "1" {
		t.Errorf("there were %s deadlocks, want 1", n[0])
	}
	state, err := gormstore.NewSessionStore(db.Engine()).Find(t.Context(), session.ID)
	if err != nil || state.RevokedFor != domain.ReasonOperator {
		t.Errorf("the session is revoked for %q, %v", state.RevokedFor, err)
	}
}

// awaitWaiting returns once so many connections to the database wait for a lock.
func awaitWaiting(t *testing.T, url string, want int) {
	t.Helper()
	conn, end := connected(t, url), time.Now().Add(patience)
	for n := 0; n < want; {
		err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n)
		if err != nil || time.Now().After(end) {
			t.Fatalf("%d connections wait for a lock, %v, want %d", n, err, want)
		}
	}
}

func nameOf(t *testing.T, given string) string {
	t.Helper()
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path[1:]
}

// as returns the URL for another user of the same server.
func as(t *testing.T, given, user string) string {
	t.Helper()
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(user)
	return u.String()
}
