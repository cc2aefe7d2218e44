package gormstore

import (
	"context"
	"math"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// SessionStore implements ports.SessionStore.
type SessionStore struct {
	Engine
	shared *sharedCommits
}

// NewSessionStore returns the sessions of an engine. Rotations that go through the same SessionStore share commits.
func NewSessionStore(e Engine) SessionStore {
	return SessionStore{Engine: e, shared: &sharedCommits{engine: e}}
}

// Begin implements ports.SessionStore.
func (s SessionStore) Begin(ctx context.Context, session domain.Session, verified domain.Secret, limit int,
) (domain.SessionState, error) {
	var user userRow
	err := s.transaction(ctx, "begin a session", func(tx *gorm.DB) error {
		user = userRow{}
		err := lock(tx).Where("id = ? AND enabled AND password_hash = ?", session.UserID, verified.Reveal()).
			Take(&user).Error
		if err != nil {
			return refusing(err, domain.ErrUserChanged)
		}
		return add(tx, session, limit)
	})
	if err != nil {
		return domain.SessionState{}, err
	}
	return domain.SessionState{Session: session, Email: user.Email, UserEnabled: true}, nil
}

// lock takes the user's row for the rest of the transaction: whatever begins or ends sessions of one user happens one
// after the other, and every transaction takes the user first and sessions second.
func lock(tx *gorm.DB) *gorm.DB {
	return tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// add stores a session and ends the oldest live ones beyond limit. The user's row is locked.
func add(tx *gorm.DB, session domain.Session, limit int) error {
	var tooMany []string
	at := session.CreatedAt
	// MySQL knows no OFFSET without a LIMIT.
	err := live(tx, session.UserID, at).Order("created_at DESC, id DESC").Offset(limit-1).Limit(math.MaxInt32).
		Pluck("id", &tooMany).Error
	if err != nil {
		return err
	}
	if len(tooMany) > 0 {
		if _, err := revokeInOrder(tx.Where("id IN ?", tooMany), domain.ReasonTooMany, at); err != nil {
			return err
		}
	}
	row := newSessionRow(session)
	return tx.Create(&row).Error
}

// RestartGrace implements ports.SessionStore.
func (s SessionStore) RestartGrace(ctx context.Context, id string, replaced domain.TokenID, at time.Time) error {
	return s.call(ctx, "restart the grace", func(db *gorm.DB) error {
		return db.Model(&sessionRow{}).Where("id = ? AND replaced_jti = ? AND replaced_at < ?", id, string(replaced), at).
			Update("replaced_at", at).Error
	})
}
