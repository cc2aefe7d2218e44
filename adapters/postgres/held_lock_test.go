package postgres_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
)

// Somebody takes a session between the look and the update, and keeps it: whoever shares the commit must not wait for that.
func TestRotateAll_WaitsOnlyForAWhileForWhatIsHeldSinceItLooked(t *testing.T) {
	c := newPause(t)
	_, free := engine.Begun(t, c.db)
	_, held := engine.Begun(t, c.db)
	c.pausing(held.UserID)
	patient := c.db
	c.db = openedFor(t, c.url, "vidaplus_auth", 4, 2*time.Second)
	holder, err := connected(t, c.url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	defer close(over)
	rotations := []domain.Rotation{engine.Rotation(free), engine.Rotation(held)}
	states, err := c.between(rotations, func() {
		if _, err := holder.Exec(t.Context(), "SELECT 1 FROM vidaplus_auth.sessions WHERE id = $1 FOR UPDATE", held.ID); err != nil {
			t.Error(err)
		}
		// Without a limit the statement would wait for as long as this test does.
		go func() {
			select {
			case <-over:
			case <-time.After(engine.Patience / 2):
				_ = holder.Conn().Close(t.Context())
			}
		}()
	})
	if err != nil || states[0].ID != "" || states[1].ID != "" {
		t.Fatalf("%+v, %v: want that nobody swapped, so that each is made alone", states, err)
	}
	c.db = patient
	engine.Swaps(t, c.db, rotations[0])
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	engine.Swaps(t, c.db, rotations[1])
}

// A pooler hands the connection to others, and so does the pool.
func TestRotateAll_LeavesNoSettingBehind(t *testing.T) {
	c := newPause(t)
	_, s := engine.Begun(t, c.db)
	db := openedFor(t, c.url, "vidaplus_auth", 1, engine.Patience)
	if states, err := db.Engine().RotateAll(t.Context(), []domain.Rotation{engine.Rotation(s)}); err != nil || states[0].ID == "" {
		t.Fatalf("%+v, %v, want a swap", states, err)
	}
	var left string
	if err := db.Engine().DB.Raw("SELECT current_setting('lock_timeout')").Scan(&left).Error; err != nil || left != "0" {
		t.Errorf("the connection waits for a lock for %q, %v, want as long as it has to", left, err)
	}
}
