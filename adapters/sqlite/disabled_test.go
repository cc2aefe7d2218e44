package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

func TestRotate_DoesNotSwapForAUserWhoWasDisabledOrRemovedBehindOurBack(t *testing.T) {
	for what, statement := range map[string]string{
		"disabled": "UPDATE users SET enabled = FALSE WHERE id = ",
		"removed":  "DELETE FROM users WHERE id = ",
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "vidaplus.db")
			db := openAt(t, path)
			u, session, err := begun(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			execute(t, other(t, path), statement+"'"+u.ID+"'")
			state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), rotation(session))
			if err != nil || swapped || state.UserEnabled || state.Current != session.Current {
				t.Errorf("swapped=%v, %v, the state is %+v, want it as it was", swapped, err, state)
			}
			roundTrip(t, db)
		})
	}
}
