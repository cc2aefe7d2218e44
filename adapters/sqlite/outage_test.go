package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func TestStores_AreUnavailableForWritingWhileSomebodyElseWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	db, lock := impatient(t, path), other(t, path)
	session := roundTrip(t, db)
	execute(t, lock, "BEGIN EXCLUSIVE")
	contract.Unwritable(t.Context(), t, storage(db.Engine()), impatience+slack)
	_, _, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), rotation(session))
	if !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("a rotation: %v, want %v", err, domain.ErrUnavailable)
	}
	if err := db.Engine().Check(t.Context()); !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("the readiness is %v, want %v", err, domain.ErrUnavailable)
	}
	execute(t, lock, "ROLLBACK")
	if err := db.Engine().Check(t.Context()); err != nil {
		t.Errorf("once nobody else writes the readiness is %v", err)
	}
	if _, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), rotation(session)); err != nil || !swapped {
		t.Errorf("once nobody else writes: swapped=%v, %v, want a swap", swapped, err)
	}
}

func TestStores_AreUnavailableToACallerWhoIsGone(t *testing.T) {
	db := open(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	contract.Unavailable(gone, t, storage(db.Engine()), slack)
	roundTrip(t, db)
}

func TestStores_AreUnavailableForWritingWhereNothingCanBeWritten(t *testing.T) {
	for what, pragma := range map[string]string{
		"the disk is full":      "PRAGMA max_page_count = 1",
		"the file is read-only": "PRAGMA query_only = ON",
	} {
		t.Run(what, func(t *testing.T) {
			db := open(t)
			session := roundTrip(t, db)
			if err := db.Engine().DB.Exec(pragma).Error; err != nil {
				t.Fatal(err)
			}
			var err error
			// What is free in the pages that are there is used up first.
			for range 2000 {
				if _, _, err = begun(t.Context(), db); err != nil {
					break
				}
			}
			if !errors.Is(err, domain.ErrUnavailable) {
				t.Errorf("the error is %v, want %v", err, domain.ErrUnavailable)
			}
			if _, err := gormstore.NewSessionStore(db.Engine()).Find(t.Context(), session.ID); err != nil {
				t.Errorf("reading: %v", err)
			}
		})
	}
}

func TestStores_CallABrokenStatementNeitherAnOutageNorARefusal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	db := openAt(t, path)
	execute(t, other(t, path), "ALTER TABLE sessions RENAME COLUMN current_jti TO something_else")
	_, _, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), rotation(domain.Session{ID: "unknown"}))
	if err == nil || errors.Is(err, domain.ErrUnavailable) || errors.Is(err, domain.ErrSessionUnknown) {
		t.Errorf("the error is %v, want neither an outage nor a refusal", err)
	}
}
