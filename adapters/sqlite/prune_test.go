package sqlite_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
)

func TestPrune_RestsNoHoursBecauseTheClockWasPutForward(t *testing.T) {
	db := openAt(t, filepath.Join(t.TempDir(), "test.db"))
	engine.RoundTrip(t, db)
	e, clock := db.Engine(), engine.Noon
	e.Timeout = 100 * time.Millisecond
	e.Now = func() time.Time {
		clock = clock.Add(time.Hour)
		return clock
	}
	began := time.Now()
	last, _, err := gormstore.NewSessionRegister(e).Prune(t.Context(), engine.Noon, "", 10)
	if err != nil || last == "" {
		t.Fatalf("the last is %q, %v, want a session that was looked at", last, err)
	}
	if took := time.Since(began); took > engine.Slack {
		t.Errorf("a page took %v, want a rest of a second at most", took)
	}
}
