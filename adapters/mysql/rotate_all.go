package mysql

import (
	"context"
	"database/sql"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// held says what becomes of a session that somebody holds. MariaDB and MySQL leave it out. TiDB takes no lock at all if it
// is asked for that, and reports no error; like every server it can refuse all sessions at once instead.
func (d *Database) held() string {
	if d.server == mariaDB || d.server == mySQL {
		return "SKIP LOCKED"
	}
	return "NOWAIT"
}

// asked reads and locks sessions by their primary key, whatever an optimizer thinks of a small table: to look through it
// would lock those of others. The sub-select locks no user.
const asked = `
SELECT s.id, s.user_id, s.created_at, s.ends_at, s.address, s.user_agent, s.current_jti, s.last_expiry, s.revoked_at,
	(SELECT u.email FROM users AS u WHERE u.id = s.user_id AND u.enabled)
FROM sessions AS s FORCE INDEX (PRIMARY) WHERE s.id IN (?`

// stored is one UPDATE of many rows to different values, by primary key. It inserts nothing: it has each row's lock.
const (
	stored = `
INSERT INTO sessions (id, user_id, created_at, ends_at, address, user_agent, current_jti, issued_at, expires_at,
	replaced_jti, replaced_at, last_expiry, revoked_for) VALUES `
	row       = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')"
	storedEnd = `
ON DUPLICATE KEY UPDATE current_jti = VALUES(current_jti), issued_at = VALUES(issued_at), expires_at = VALUES(expires_at),
	replaced_jti = VALUES(replaced_jti), replaced_at = VALUES(replaced_at), last_expiry = VALUES(last_expiry)`
)

// rotateAll implements gormstore.RotateAll: one transaction of two statements, and with that one flush of the log. It
// waits for no lock, so it is part of no deadlock.
func (d *Database) rotateAll(ctx context.Context, rotations []domain.Rotation) ([]domain.SessionState, error) {
	states := make([]domain.SessionState, len(rotations))
	tx, err := d.conns.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to undo
	sessions, err := d.lock(ctx, tx, rotations)
	if n := number(err); n == lockNotTaken || n == lockWaitTimeout {
		return states, nil
	}
	if err != nil {
		return nil, err
	}
	var values []any
	for i, r := range rotations {
		s, found := sessions[r.SessionID]
		if !found || s.Current.ID != r.Presented || !s.Open(r.At) {
			continue
		}
		delete(sessions, r.SessionID)
		s.Session = s.Rotated(r)
		states[i] = r.Completed(s)
		values = append(values, s.ID, s.UserID, s.CreatedAt, s.EndsAt, s.Client.Address, s.Client.UserAgent,
			string(s.Current.ID), s.Current.IssuedAt, s.Current.ExpiresAt, string(s.Replaced), s.ReplacedAt, s.LastExpiry)
	}
	if len(values) == 0 {
		return states, nil
	}
	n := len(values) / strings.Count(row, "?")
	if _, err := tx.ExecContext(ctx, stored+row+strings.Repeat(", "+row, n-1)+storedEnd, values...); err != nil {
		return nil, err
	}
	return states, tx.Commit()
}

// lock returns those of the sessions that nobody else holds, by id, and holds them.
func (d *Database) lock(ctx context.Context, tx *sql.Tx, rotations []domain.Rotation) (map[string]domain.SessionState, error) {
	ids := make([]any, len(rotations))
	for i, r := range rotations {
		ids[i] = r.SessionID
	}
	rows, err := tx.QueryContext(ctx, asked+strings.Repeat(", ?", len(ids)-1)+") FOR UPDATE "+d.held(), ids...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err has told by then
	sessions := make(map[string]domain.SessionState, len(ids))
	for rows.Next() {
		var s domain.SessionState
		var revoked sql.NullTime
		var email sql.NullString
		err := rows.Scan(&s.ID, &s.UserID, &s.CreatedAt, &s.EndsAt, &s.Client.Address, &s.Client.UserAgent, &s.Current.ID,
			&s.LastExpiry, &revoked, &email)
		if err != nil {
			return nil, err
		}
		s.RevokedAt, s.Email, s.UserEnabled = revoked.Time, email.String, email.Valid
		sessions[s.ID] = s
	}
	return sessions, rows.Err()
}
