package e2e

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func TestOutage_ConnectionsThatAreKilledLogNobodyOut(t *testing.T) {
	t.Parallel()
	database := pg.Database(t)
	members := crowd(crowdSize, replicated(t, 1, database)...)
	finish := inBackground(t, members)
	areServed(t, members)
	killer, killed := connected(t, database), 0
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var n int
		err := killer.QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		killed += n
	}
	t.Logf("%d connections were killed", killed)
	areServed(t, members)
	finish()
	wereToldInTime(t, members)
	nobodyWasTurnedAway(t, members)
}

func TestOutage_ASessionThatIsLockedForLongIsServedAfterwardsAndOthersMeanwhile(t *testing.T) {
	t.Parallel()
	database := pg.Database(t)
	services := replicated(t, 1, database)
	waiting, others := crowd(1, services...), crowd(4, services...)
	unlock := locked(t, database, waiting)
	// The grace of whatever the first try may have done is long over then.
	goal := time.After(shortGrace + 5*time.Second)
	finish := inBackground(t, others)
	areServed(t, others)
	served := untilServed(waiting)
	<-goal
	if n := waiting[0].seen.count(http.StatusServiceUnavailable); n < 2 {
		t.Errorf("the client was told %d times to come again, want at least twice", n)
	}
	unlock()
	served.Wait()
	finish()
	nobodyWasTurnedAway(t, waiting)
	nobodyWasTurnedAway(t, others)
	if n := others[0].seen.count(http.StatusServiceUnavailable); n > 0 {
		t.Errorf("others were told %d times to come again", n)
	}
}

func TestOutage_APoolWhoseConnectionsAllWaitAnswersInTimeAndRecovers(t *testing.T) {
	t.Parallel()
	database := pg.Database(t)
	services := replicated(t, 1, database, "DATABASE_MAX_CONNS=2")
	waiting, others := crowd(8, services...), crowd(8, services...)
	finish := inBackground(t, others)
	areServed(t, others)
	unlock := locked(t, database, waiting)
	served := untilServed(waiting)
	time.Sleep(2 * shortGrace)
	unlock()
	served.Wait()
	areServed(t, others)
	finish()
	for _, members := range [][]*member{waiting, others} {
		wereToldInTime(t, members)
		nobodyWasTurnedAway(t, members)
	}
}

// untilServed lets each member try until it has a new token.
func untilServed(members []*member) *sync.WaitGroup {
	var all sync.WaitGroup
	for _, m := range members {
		old := m.token
		all.Go(func() {
			for m.token == old && m.try() {
			}
		})
	}
	return &all
}

// locked holds the rows of the members' sessions until unlock is called.
func locked(t *testing.T, database string, members []*member) (unlock func()) {
	t.Helper()
	var sessions []string
	for _, m := range members {
		sessions = append(sessions, sessionOf(t, m.token))
	}
	tx, err := connected(t, database).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done, err := tx.Exec(t.Context(), "SELECT id FROM vidaplus_auth.sessions WHERE id = ANY($1) FOR UPDATE", sessions)
	if err != nil || int(done.RowsAffected()) != len(sessions) {
		t.Fatalf("%d sessions were locked, %v, want %d", done.RowsAffected(), err, len(sessions))
	}
	return func() {
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func connected(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}
