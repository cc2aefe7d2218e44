package postgres_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func TestRotate_DoesNotSwapForAUserWhoWasDisabledOrRemovedBehindOurBack(t *testing.T) {
	for what, statement := range map[string]string{
		"disabled": "UPDATE vidaplus_auth.users SET enabled = FALSE WHERE id = ",
		"removed":  "DELETE FROM vidaplus_auth.users WHERE id = ",
	} {
		t.Run(what, func(t *testing.T) {
			url := pg.Database(t)
			db := migrated(t, url, "vidaplus_auth")
			u, session := begun(t, db)
			_, stranger := begun(t, db)
			execute(t, url, statement+"'"+u.ID+"'")
			store := gormstore.NewSessionStore(db.Engine())
			state, swapped, err := store.Rotate(t.Context(), rotation(session))
			if err != nil || swapped || state.UserEnabled || state.Current != session.Current {
				t.Errorf("swapped=%v, %v, the state is %+v, want it as it was", swapped, err, state)
			}
			if _, swapped, err := store.Rotate(t.Context(), rotation(stranger)); err != nil || !swapped {
				t.Errorf("somebody else's session: swapped=%v, %v, want a swap", swapped, err)
			}
		})
	}
}
