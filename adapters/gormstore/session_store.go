package gormstore

import (
	"context"
	"errors"
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

// TakeIn implements ports.SessionStore.
func (s SessionStore) TakeIn(ctx context.Context, session domain.Session, email string, issued time.Time, limit int,
) error {
	return s.transaction(ctx, "take in an untracked token", func(tx *gorm.DB) error {
		var user userRow
		err := lock(tx).Where("id = ? AND enabled AND email = ?", session.UserID, email).Take(&user).Error
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		// Two first uses of one token wait for each other at the user's row, so the second sees the first's session.
		known, err := exists(tx.Model(&sessionRow{}).Where("id = ?", session.ID))
		switch {
		case err != nil || known:
			return err
		case user.ID == "":
			return domain.ErrUserChanged
		}
		if err := s.checkAge(tx, user, issued); err != nil {
			return err
		}
		if err := checkCutoffs(tx, user, issued); err != nil {
			return err
		}
		return add(tx, session, limit)
	})
}

// checkCutoffs refuses what was issued before a cut-off. The rows stay locked until the session is stored: a cut-off
// for everybody, which locks no user, then waits and ends the session too.
func checkCutoffs(tx *gorm.DB, user userRow, issued time.Time) error {
	subjects := []string{everybody, userSubject(user.ID), emailSubject(user.Email)}
	var cutoffs []untrackedCutoffRow
	err := tx.Clauses(clause.Locking{Strength: clause.LockingStrengthShare}).
		Where("subject IN ?", subjects).Find(&cutoffs).Error
	if err != nil {
		return err
	}
	for _, c := range cutoffs {
		if issued.Before(c.NotBefore) {
			return domain.ErrTokenOutdated
		}
	}
	return nil
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
		if _, err := revoke(tx.Where("id IN ?", tooMany), domain.ReasonTooMany, at); err != nil {
			return err
		}
	}
	row := newSessionRow(session)
	return tx.Create(&row).Error
}

// sessionColumns names what is read of a session, one by one: a newer replica may add a column at any moment, and
// PostgreSQL refuses a prepared statement whose * then stands for more. SQLite takes no alias before them in RETURNING.
const sessionColumns = `id, user_id, created_at, ends_at, address, user_agent, current_jti, issued_at, expires_at,
	replaced_jti, replaced_at, last_expiry, revoked_at, revoked_for`

// RestartGrace implements ports.SessionStore.
func (s SessionStore) RestartGrace(ctx context.Context, id string, replaced domain.TokenID, at time.Time) error {
	return s.call(ctx, "restart the grace", func(db *gorm.DB) error {
		return db.Model(&sessionRow{}).Where("id = ? AND replaced_jti = ? AND replaced_at < ?", id, string(replaced), at).
			Update("replaced_at", at).Error
	})
}

const look = `
SELECT ` + sessionColumns + `, (SELECT u.email FROM @users AS u WHERE u.id = user_id) AS email,
	(SELECT u.enabled FROM @users AS u WHERE u.id = user_id) AS enabled
FROM @sessions WHERE id = @id`

// Find implements ports.SessionStore.
func (s SessionStore) Find(ctx context.Context, id string) (domain.SessionState, error) {
	state, found, err := s.state(ctx, "find a session", look, map[string]any{
		"sessions": s.table("sessions"), "users": s.table("users"), "id": id,
	})
	if err == nil && !found {
		err = domain.ErrSessionUnknown
	}
	return state, err
}

// state runs a statement that yields the state of one session or nothing.
func (s SessionStore) state(ctx context.Context, what, statement string, args map[string]any,
) (state domain.SessionState, found bool, err error) {
	err = s.call(ctx, what, func(db *gorm.DB) error {
		// Not Scan, which writes the statement out for a log that is off.
		rows, err := db.Raw(statement, args).Rows()
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err has told by then
		found = false
		// To the end: on SQLite the statement is committed there, and only its last step tells whether it was.
		for rows.Next() {
			var row stateRow
			if err := rows.Scan(row.fields()...); err != nil {
				return err
			}
			state, found = row.state(), true
		}
		return rows.Err()
	})
	return state, found && err == nil, err
}
