package postgres_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func live(t *testing.T, e gormstore.Engine, at time.Time) int {
	t.Helper()
	e.Now = func() time.Time { return at }
	n, err := e.LiveSessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLiveSessions_AreCountedWhileThereAreFew(t *testing.T) {
	t.Parallel()
	db := migrated(t, pg.Database(t), "vidaplus_auth")
	if n := live(t, db.Engine(), engine.Noon); n != 0 {
		t.Errorf("of no sessions %d are live", n)
	}
	u, _ := engine.Begun(t, db)
	engine.Begin(t, db, u)
	ended := engine.Begin(t, db, u)
	if _, err := gormstore.NewSessionRegister(db.Engine()).Revoke(t.Context(), ended.ID, domain.ReasonLogout, engine.Noon); err != nil {
		t.Fatal(err)
	}
	if n := live(t, db.Engine(), engine.Noon); n != 2 {
		t.Errorf("of two live sessions and a revoked one %d are live", n)
	}
	if n := live(t, db.Engine(), engine.Noon.Add(engine.Policy.TokenLifetime)); n != 0 {
		t.Errorf("when the tokens have expired %d sessions are live", n)
	}
}

// many makes sessions of which each third is live.
const many = `
INSERT INTO vidaplus_auth.sessions
SELECT 'session ' || i, 'user', CAST(@at AS timestamptz), CAST(@at AS timestamptz) + interval '1 day', '192.0.2.7', repeat('a', 120), 'x', @at, CAST(@at AS timestamptz) +
	CASE WHEN i % 3 = 1 THEN interval '-1 hour' ELSE interval '1 hour' END, '', NULL, @at,
	CASE WHEN i % 3 = 2 THEN CAST(@at AS timestamptz) END, ''
FROM generate_series(1, 120000) AS i`

func TestLiveSessions_AreEstimatedWhereThereAreMany(t *testing.T) {
	t.Parallel()
	db := migrated(t, pg.Database(t), "vidaplus_auth")
	if err := db.Engine().DB.Exec(many, map[string]any{"at": engine.Noon}).Error; err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := db.Engine().DB.Raw("SELECT pg_relation_size('vidaplus_auth.sessions') / 8192").Scan(&pages).Error; err != nil || pages < 4000 {
		t.Fatalf("the table has %d pages (%v), too few to sample", pages, err)
	}
	estimates := map[int]bool{}
	for range 5 {
		// Of 2,000 pages in 5,000 the standard deviation is under 2 %.
		n := live(t, db.Engine(), engine.Noon)
		if estimates[n] = true; n < 36000 || n > 44000 {
			t.Errorf("of 40,000 live sessions %d are estimated", n)
		}
	}
	if len(estimates) == 1 {
		t.Error("five estimates are the same, so all sessions were counted")
	}
}

func TestConnections_AreThoseOfThePool(t *testing.T) {
	t.Parallel()
	db := migrated(t, pg.Database(t), "vidaplus_auth")
	engine.Begun(t, db)
	conns, err := db.Engine().DB.DB()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := conns.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held := db.Engine().Pool()
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if free := db.Engine().Pool(); held.InUse != 1 || free.InUse != 0 || free.Idle < 1 || free.Max != 4 {
		t.Errorf("with a connection held the pool is %+v, afterwards %+v", held, free)
	}
}
