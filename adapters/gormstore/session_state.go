package gormstore

import (
	"context"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// sessionColumns names what is read of a session, one by one: a newer replica may add a column at any moment, and
// PostgreSQL refuses a prepared statement whose * then stands for more. SQLite takes no alias before them in RETURNING.
const sessionColumns = `id, user_id, created_at, ends_at, address, user_agent, current_jti, issued_at, expires_at,
	replaced_jti, replaced_at, last_expiry, revoked_at, revoked_for`

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
