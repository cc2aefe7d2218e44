package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// planned returns the plan of shared rotations that is kept for whoever comes.
func planned(t *testing.T, url string, db *postgres.Database) string {
	t.Helper()
	conn := connected(t, url)
	if _, err := conn.Exec(t.Context(), "SET plan_cache_mode = force_generic_plan; PREPARE rotation AS "+db.Rotation()); err != nil {
		t.Fatal(err)
	}
	found, err := conn.Query(t.Context(), "EXPLAIN EXECUTE rotation (NULL, NULL, NULL, NULL, NULL, NULL)")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// A connection keeps the plan that it made when the first sessions came, until somebody analyzes the table.
func TestRotateAll_AsksAnEmptyTableByItsIndex(t *testing.T) {
	url := pg.Database(t)
	if plan := planned(t, url, migrated(t, url, "vidaplus_auth")); !strings.Contains(plan, "sessions_pkey") || strings.Contains(plan, "Seq Scan") {
		t.Errorf("the plan is\n%s\nwant the index on the ids", plan)
	}
}

// pause is a database whose shared rotations can be stopped half way.
type pause struct {
	t   *testing.T
	url string
	db  *postgres.Database
}

func newPause(t *testing.T) *pause {
	t.Helper()
	url := pg.Database(t)
	return &pause{t, url, migrated(t, url, "vidaplus_auth")}
}

// pausing makes the rotations of a user pause once they have looked at their sessions, while somebody holds the lock 1.
// The function says that it is stable so that the planner asks for users as it does without it, and waits as long as it has to.
func (c *pause) pausing(user string) {
	c.t.Helper()
	execute(c.t, c.url, `CREATE FUNCTION pause(user_id text) RETURNS boolean LANGUAGE plpgsql STABLE SET lock_timeout = 0 AS $$ BEGIN
			IF user_id = '`+user+`' THEN PERFORM pg_advisory_xact_lock_shared(1); END IF; RETURN TRUE; END $$`,
		"ALTER TABLE vidaplus_auth.users RENAME TO own_users",
		`CREATE VIEW vidaplus_auth.users AS SELECT id, email, email_folded, name, password_hash, admin,
			enabled AND pause(id) AS enabled, created_at FROM vidaplus_auth.own_users`)
}

// between rotates sessions in one statement and does something between the look at the last one and its update. It
// returns what swapped and the statement's error.
func (c *pause) between(rotations []domain.Rotation, something func()) (states []domain.SessionState, err error) {
	c.t.Helper()
	conn, done := connected(c.t, c.url), make(chan struct{})
	lock := func(statement string) {
		if _, err := conn.Exec(c.t.Context(), statement); err != nil {
			c.t.Fatal(err)
		}
	}
	lock("SELECT pg_advisory_lock(1)")
	go func() {
		defer close(done)
		states, err = c.db.Engine().RotateAll(c.t.Context(), rotations)
	}()
	server.AwaitWaiting(c.t, c.url, 1)
	something()
	lock("SELECT pg_advisory_unlock(1)")
	<-done
	return states, err
}

// What changes between the look and the update makes the rotation one that is made alone, and is never overwritten.
func TestRotateAll_LeavesOutWhatChangedSinceItLooked(t *testing.T) {
	c := newPause(t)
	_, s := engine.Begun(t, c.db)
	c.pausing(s.UserID)
	for change, swaps := range map[string]bool{
		"SELECT FROM vidaplus_auth.sessions FOR UPDATE":                                         true,
		"UPDATE vidaplus_auth.sessions SET replaced_at = now()":                                 false,
		"UPDATE vidaplus_auth.sessions SET current_jti = 'another'":                             false,
		"UPDATE vidaplus_auth.sessions SET revoked_at = now()":                                  false,
		"UPDATE vidaplus_auth.sessions SET ends_at = '2000-01-01'":                              false,
		"CREATE TABLE gone AS TABLE vidaplus_auth.sessions; DELETE FROM vidaplus_auth.sessions": false,
	} {
		states, err := c.between([]domain.Rotation{engine.Rotation(s)}, func() { execute(t, c.url, change) })
		if err != nil || (states[0].ID != "") != swaps {
			t.Errorf("%s: %+v, %v, want swapped=%v", change, states, err, swaps)
		}
		if strings.HasPrefix(change, "CREATE") {
			execute(t, c.url, "INSERT INTO vidaplus_auth.sessions TABLE gone", "DROP TABLE gone")
		}
		execute(t, c.url, "UPDATE vidaplus_auth.sessions SET current_jti = '"+string(s.Current.ID)+
			"', revoked_at = NULL, ends_at = '"+s.EndsAt.Format(time.RFC3339Nano)+"'")
	}
}

// A transaction that takes sessions in another order meets the statement in a circle. Nobody is refused for that.
func TestRotateAll_ThatIsGivenUpForADeadlockFailsNobody(t *testing.T) {
	c := newPause(t)
	_, first := engine.Begun(t, c.db)
	_, second := engine.Begun(t, c.db)
	c.pausing(second.UserID)
	rotations := []domain.Rotation{engine.Rotation(first), engine.Rotation(second)}
	over := make(chan error, 1)
	_, err := c.between(rotations, func() {
		circle := connected(t, c.url)
		// The other one is given up.
		begin := "SET deadlock_timeout = '1min'; BEGIN; UPDATE vidaplus_auth.sessions SET replaced_at = now() WHERE id = "
		if _, err := circle.Exec(t.Context(), begin+"'"+second.ID+"'"); err != nil {
			t.Fatal(err)
		}
		go func() {
			_, err := circle.Exec(context.WithoutCancel(t.Context()),
				"UPDATE vidaplus_auth.sessions SET replaced_at = now() WHERE id = '"+first.ID+"'; COMMIT")
			over <- err
		}()
		server.AwaitWaiting(t, c.url, 2)
	})
	if err == nil || c.db.Engine().Classify(err) != gormstore.Conflict {
		t.Fatalf("the error is %v, want a deadlock, after which each is made alone", err)
	}
	if err := <-over; err != nil {
		t.Errorf("the other transaction: %v", err)
	}
	for _, r := range rotations {
		engine.Swaps(t, c.db, r)
	}
}
