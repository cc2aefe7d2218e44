package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func (s Subject) disabledBehindOurBack(t *testing.T) {
	for what, statement := range map[string]string{
		"disabled": "UPDATE users SET enabled = FALSE WHERE id = ", "removed": "DELETE FROM users WHERE id = ",
	} {
		t.Run(what, func(t *testing.T) {
			place := s.Place(t)
			db := s.migrated(t, place)
			u, session := Begun(t, db)
			_, stranger := Begun(t, db)
			Execute(t, s.Connect(t, place), statement+"'"+u.ID+"'")
			state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), Rotation(session))
			if err != nil || swapped || state.UserEnabled || state.Current != session.Current {
				t.Errorf("swapped=%v, %v, the state is %+v, want it as it was", swapped, err, state)
			}
			Swaps(t, db, Rotation(stranger))
		})
	}
}

func (s Subject) callerIsGone(t *testing.T) {
	db := s.new(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	contract.Unavailable(gone, t, Stores(db.Engine()), Slack)
	RoundTrip(t, db)
}

func (s Subject) brokenStatement(t *testing.T) {
	place := s.Place(t)
	db := s.migrated(t, place)
	Execute(t, s.Connect(t, place), "ALTER TABLE sessions RENAME COLUMN current_jti TO something_else")
	_, _, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), Rotation(domain.Session{ID: "unknown"}))
	if err == nil || errors.Is(err, domain.ErrUnavailable) || errors.Is(err, domain.ErrSessionUnknown) {
		t.Errorf("the error is %v, want neither an outage nor a refusal", err)
	}
}
