package postgres_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// Somebody takes a session between the look and the update, and keeps it: whoever shares the commit must not wait for that.
func TestRotateAll_WaitsOnlyForAWhileForWhatIsHeldSinceItLooked(t *testing.T) {
	c := newCrowd(t)
	_, free := begun(t, c.db)
	_, held := begun(t, c.db)
	c.pausing(held.UserID)
	patient := c.db
	c.db = timed(t, c.url, 2*time.Second)
	holder, err := connected(t, c.url).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	defer close(over)
	rotations := []domain.Rotation{rotation(free), rotation(held)}
	states, err := c.between(rotations, func() {
		if _, err := holder.Exec(t.Context(), "SELECT 1 FROM vidaplus_auth.sessions WHERE id = $1 FOR UPDATE", held.ID); err != nil {
			t.Error(err)
		}
		// Without a limit the statement would wait for as long as this test does.
		go func() {
			select {
			case <-over:
			case <-time.After(patience / 2):
				_ = holder.Conn().Close(t.Context())
			}
		}()
	})
	if err != nil || states[0].ID != "" || states[1].ID != "" {
		t.Fatalf("%+v, %v: want that nobody swapped, so that each is made alone", states, err)
	}
	c.db = patient
	state, swapped, err := c.store.Rotate(t.Context(), rotations[0])
	c.wantSwapped("while the other is held", &answer{state, swapped, err}, rotations[0])
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	state, swapped, err = c.store.Rotate(t.Context(), rotations[1])
	c.wantSwapped("once it is let go", &answer{state, swapped, err}, rotations[1])
}

// A pooler hands the connection to others, and so does the pool.
func TestRotateAll_LeavesNoSettingBehind(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(1)[0]
	db, err := postgres.Open(t.Context(), domain.NewSecret(c.url), "vidaplus_auth", 1, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if states, err := db.Engine().RotateAll(t.Context(), []domain.Rotation{rotation(s)}); err != nil || states[0].ID == "" {
		t.Fatalf("%+v, %v, want a swap", states, err)
	}
	var left string
	if err := db.Engine().DB.Raw("SELECT current_setting('lock_timeout')").Scan(&left).Error; err != nil || left != "0" {
		t.Errorf("the connection waits for a lock for %q, %v, want as long as it has to", left, err)
	}
}

// timed returns the migrated database at url with calls that may take so long.
func timed(t *testing.T, url string, timeout time.Duration) *postgres.Database {
	t.Helper()
	db, err := postgres.Open(t.Context(), domain.NewSecret(url), "vidaplus_auth", 4, timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}
