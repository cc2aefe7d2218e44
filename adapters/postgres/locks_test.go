package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// The taking in has asked for the cut-offs and found none when everything is ended. It must not be overlooked.
func TestRevokeAll_EndsWhatWasJustBeingTakenIn(t *testing.T) {
	url := pg.Database(t)
	db := migrated(t, url, "vidaplus_auth")
	u, _ := begun(t, db)
	holder := connected(t, url)
	tx, err := holder.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// Sessions can be read and not stored.
	if _, err := tx.Exec(t.Context(), "LOCK TABLE vidaplus_auth.sessions IN SHARE MODE"); err != nil {
		t.Fatal(err)
	}
	claims := domain.Claims{Subject: u.Email, ExpiresAt: noon.Add(time.Hour).Truncate(time.Second)}
	session := policy.UntrackedSession("an untracked token", claims, u.ID, domain.Client{}, noon)
	takenIn, revoked := make(chan error, 1), make(chan error, 1)
	go func() {
		takenIn <- gormstore.NewSessionStore(db.Engine()).TakeIn(t.Context(), session, u.Email, noon.Add(-time.Minute), 100)
	}()
	awaitWaiting(t, url, 1)
	go func() {
		_, _, err := gormstore.NewSessionRegister(db.Engine()).RevokeAll(t.Context(), domain.ReasonOperator, noon, "", 10)
		revoked <- err
	}()
	awaitWaiting(t, url, 2)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-takenIn, <-revoked); err != nil {
		t.Fatal(err)
	}
	state, err := gormstore.NewSessionStore(db.Engine()).Find(t.Context(), session.ID)
	if err != nil || state.RevokedAt.IsZero() {
		t.Errorf("the session was revoked at %v, %v, want it ended", state.RevokedAt, err)
	}
}
