package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
)

// fill makes sessions of which each third is live.
const fill = `
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @n)
INSERT INTO sessions SELECT 'session ' || i, 'user', @at, @end, '192.0.2.7', 'agent', 'x', @at,
	CASE WHEN i % 3 = 1 THEN @at ELSE @end END, '', NULL, @at, CASE WHEN i % 3 = 2 THEN @at END, '' FROM n`

func TestLiveSessions_AreCountedWhileThereAreFewAndEstimatedOtherwise(t *testing.T) {
	for _, c := range []struct{ rows, least, most int }{{0, 0, 0}, {3, 1, 1}, {3000, 1000, 1000}, {60000, 19000, 21000}} {
		e := openAt(t, filepath.Join(t.TempDir(), "vidaplus.db")).Engine()
		e.Now = func() time.Time { return engine.Noon }
		if c.rows > 0 {
			insert(t, e, c.rows)
		}
		if n, err := e.LiveSessions(t.Context()); err != nil || n < c.least || n > c.most {
			t.Errorf("of %d sessions %d are live (%v), want %d to %d", c.rows, n, err, c.least, c.most)
		}
	}
}

// Pruned sessions leave gaps, which count for nothing.
func TestLiveSessions_AreEstimatedPastGaps(t *testing.T) {
	e := openAt(t, filepath.Join(t.TempDir(), "vidaplus.db")).Engine()
	e.Now = func() time.Time { return engine.Noon }
	insert(t, e, 60000)
	if err := e.DB.Exec("DELETE FROM sessions WHERE rowid BETWEEN 2 AND 30000").Error; err != nil {
		t.Fatal(err)
	}
	if n, err := e.LiveSessions(t.Context()); err != nil || n < 9000 || n > 11000 {
		t.Errorf("of 10,000 live sessions %d are estimated (%v)", n, err)
	}
}

func insert(t *testing.T, e gormstore.Engine, rows int) {
	t.Helper()
	all := map[string]any{"n": rows, "at": engine.Noon, "end": engine.Noon.Add(time.Hour)}
	if err := e.DB.Exec(fill, all).Error; err != nil {
		t.Fatal(err)
	}
}
