package postgres_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// The mark that a lock leaves behind when nothing was changed keeps a session out of one commit and not of the next.
func TestRotate_ASessionThatWasOnceLockedIsMadeAloneOnceAndThenSharesAgain(t *testing.T) {
	url := pg.Database(t)
	db := migrated(t, url, "vidaplus_auth")
	_, s := engine.Begun(t, db)
	execute(t, url, "BEGIN; SELECT 1 FROM vidaplus_auth.sessions FOR UPDATE; COMMIT")
	alone := func() bool {
		r := engine.Rotation(s)
		states, err := db.Engine().RotateAll(t.Context(), []domain.Rotation{r})
		if err != nil {
			t.Fatal(err)
		}
		if states[0].ID != "" {
			s = states[0].Session
			return false
		}
		s = engine.Swaps(t, db, r)
		return true
	}
	if !alone() {
		t.Error("a row with a lock's mark was part of a shared commit, so that it would wait for whoever holds the lock")
	}
	if alone() {
		t.Error("the session stays out of shared commits although nobody holds it")
	}
}

func TestRotations_AreHeapOnlyAndLeaveTheTableAsSmallAsItWas(t *testing.T) {
	url := pg.Database(t)
	db := migrated(t, url, "vidaplus_auth")
	s := engine.NewCrowd(t, db).Sessions(30)
	size := func() string { return rows(t, url, "SELECT pg_relation_size('vidaplus_auth.sessions')::text")[0] }
	var before string
	for round := range 60 {
		if round == 20 {
			before = size()
		}
		for i, session := range s {
			s[i] = engine.Swaps(t, db, engine.Rotation(session))
		}
	}
	if after := size(); after != before {
		t.Errorf("the table grew from %s to %s bytes", before, after)
	}
	if n := rows(t, url, "SELECT count(*)::text FROM vidaplus_auth.sessions"); n[0] != "30" {
		t.Errorf("there are %s rows, want one a session", n[0])
	}
}
