package gormstore

import (
	"context"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Rotate implements ports.SessionStore: together with others if the engine can, and alone if that leaves it out. A
// rotation that does not swap is always judged by what it met alone.
func (s SessionStore) Rotate(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	if s.RotateAll != nil {
		state, alone, err := s.shared.rotate(ctx, r)
		if !alone {
			return state, err == nil, s.explain("rotate sessions", err)
		}
	}
	return s.rotateAlone(ctx, r)
}

func (s SessionStore) rotateAlone(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	swap := s.swapInSteps
	if s.Returning {
		swap = s.swapAtOnce
	}
	state, swapped, err := swap(ctx, r)
	if err != nil || swapped {
		return state, swapped, err
	}
	// A statement of its own: the one above may have waited for another caller's swap, but still sees the rows as
	// they were when it began.
	state, err = s.Find(ctx, r.SessionID)
	if err == nil && state.Replaced == r.Presented {
		// The caller will be given the current token, as if this call had made it so.
		err = s.durable(ctx)
	}
	return state, false, err
}

// rotation makes one rotation by itself. A session of a user who is disabled does not swap, whether or not a change of
// ours ended it: the platform may have disabled the user behind our back.
const rotation = `
UPDATE @sessions AS s SET
	current_jti = @next, issued_at = @issued,
	expires_at = CASE WHEN s.ends_at < @expires THEN s.ends_at ELSE @expires END,
	replaced_jti = @presented, replaced_at = @at,
	last_expiry = CASE
		WHEN s.last_expiry >= @expires OR s.last_expiry >= s.ends_at THEN s.last_expiry
		WHEN s.ends_at < @expires THEN s.ends_at
		ELSE @expires END
WHERE s.id = @id AND s.current_jti = @presented AND s.revoked_at IS NULL AND s.ends_at > @at
	AND EXISTS (SELECT 1 FROM @users AS u WHERE u.id = s.user_id AND u.enabled)
RETURNING ` + sessionColumns + `, (SELECT u.email FROM @users AS u WHERE u.id = user_id) AS email, TRUE AS enabled`

func (s SessionStore) swapAtOnce(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	return s.state(ctx, "rotate a session", rotation, map[string]any{
		"sessions": s.table("sessions"), "users": s.table("users"),
		"id": r.SessionID, "presented": string(r.Presented), "at": r.At,
		"next": string(r.Next.ID), "issued": r.Next.IssuedAt, "expires": r.Next.ExpiresAt,
	})
}

// swapInSteps is rotation where an UPDATE returns nothing. Nothing is stored for a caller who stopped waiting for the
// session's row: the rest of the transaction never comes.
func (s SessionStore) swapInSteps(ctx context.Context, r domain.Rotation) (state domain.SessionState, swapped bool, err error) {
	current, err := s.current(ctx, r)
	if err != nil || !current {
		return state, false, err
	}
	err = s.transaction(ctx, "rotate a session", func(tx *gorm.DB) error {
		swapped = false
		var row sessionRow
		err := lock(tx).Where("id = ? AND current_jti = ?", r.SessionID, string(r.Presented)).Limit(1).Find(&row).Error
		if err != nil || row.ID == "" {
			return err
		}
		var user userRow
		err = tx.Select("email", "enabled").Where("id = ?", row.UserID).Limit(1).Find(&user).Error
		state = domain.SessionState{Session: row.session(), Email: user.Email, UserEnabled: user.Enabled}
		if err != nil || !state.Open(r.At) {
			return err
		}
		state.Session = state.Rotated(r)
		swapped = true
		return tx.Model(&sessionRow{}).Where("id = ?", r.SessionID).Updates(rotated(state.Session)).Error
	})
	return state, swapped && err == nil, err
}

// current looks without a lock whether the presented token is the current one, which no token becomes a second time. So a
// crowd with one that was just replaced does not stand in line for the session's row.
func (s SessionStore) current(ctx context.Context, r domain.Rotation) (current bool, err error) {
	err = s.call(ctx, "look at a session", func(db *gorm.DB) error {
		current, err = exists(db.Model(&sessionRow{}).Where("id = ? AND current_jti = ?", r.SessionID, string(r.Presented)))
		return err
	})
	return current, err
}

// rotated is what a rotation changes of a session.
func rotated(s domain.Session) map[string]any {
	return map[string]any{
		"current_jti": string(s.Current.ID), "issued_at": s.Current.IssuedAt, "expires_at": s.Current.ExpiresAt,
		"replaced_jti": string(s.Replaced), "replaced_at": s.ReplacedAt, "last_expiry": s.LastExpiry,
	}
}
