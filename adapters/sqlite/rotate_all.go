package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// rotateAll is gormstore's rotation, without GORM in between: what takes time here is the commit, and next to that GORM.
const rotateAll = `
UPDATE sessions SET
	current_jti = ?3, issued_at = ?4, expires_at = min(ends_at, ?5), replaced_jti = ?2, replaced_at = ?6,
	last_expiry = max(last_expiry, min(ends_at, ?5))
WHERE id = ?1 AND current_jti = ?2 AND revoked_at IS NULL AND ends_at > ?6
	AND EXISTS (SELECT 1 FROM users AS u WHERE u.id = user_id AND u.enabled)
RETURNING user_id, created_at, ends_at, address, user_agent, expires_at, last_expiry,
	(SELECT u.email FROM users AS u WHERE u.id = user_id)`

// rotateAll implements gormstore.RotateAll: one transaction, and with that one flush of the log. The connection is the
// only one, so there is nobody to wait for but other processes.
func (d *Database) rotateAll(ctx context.Context, rotations []domain.Rotation) (states []domain.SessionState, err error) {
	conns, err := d.engine.DB.DB()
	if err != nil {
		return nil, err
	}
	tx, err := conns.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	if states, err = rotateIn(ctx, tx, rotations); err != nil {
		_ = tx.Rollback()
		return nil, err
	}
	return states, tx.Commit()
}

func rotateIn(ctx context.Context, tx *sql.Tx, rotations []domain.Rotation) ([]domain.SessionState, error) {
	statement, err := tx.PrepareContext(ctx, rotateAll)
	if err != nil {
		return nil, err
	}
	defer statement.Close() //nolint:errcheck // it goes with the transaction
	states := make([]domain.SessionState, len(rotations))
	for i, r := range rotations {
		var s domain.SessionState
		err := statement.QueryRowContext(ctx, r.SessionID, string(r.Presented), string(r.Next.ID), r.Next.IssuedAt,
			r.Next.ExpiresAt, r.At).Scan(&s.UserID, &s.CreatedAt, &s.EndsAt, &s.Client.Address, &s.Client.UserAgent,
			&s.Current.ExpiresAt, &s.LastExpiry, &s.Email)
		switch {
		case err == nil:
			states[i] = r.Completed(s)
		case !errors.Is(err, sql.ErrNoRows):
			return nil, err
		}
	}
	return states, nil
}
