package gormstore

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// SessionRegister implements ports.SessionRegister.
type SessionRegister struct{ Engine }

// NewSessionRegister returns the sessions of an engine.
func NewSessionRegister(e Engine) SessionRegister { return SessionRegister{e} }

// List implements ports.SessionRegister.
func (s SessionRegister) List(ctx context.Context, userID string, at time.Time) ([]domain.Session, error) {
	var rows []sessionRow
	err := s.call(ctx, "list sessions", func(db *gorm.DB) error {
		return live(db, userID, at).Order("created_at DESC, id DESC").Find(&rows).Error
	})
	sessions := make([]domain.Session, len(rows))
	for i, r := range rows {
		sessions[i] = r.session()
	}
	return sessions, err
}

// Revoke implements ports.SessionRegister.
func (s SessionRegister) Revoke(ctx context.Context, id string, reason domain.Reason, at time.Time) (bool, error) {
	revoked := 0
	err := s.call(ctx, "revoke a session", func(db *gorm.DB) error {
		var err error
		if revoked, err = revoke(db.Where("id = ?", id), reason, at); err != nil || revoked > 0 {
			return err
		}
		known, err := exists(db.Model(&sessionRow{}).Where("id = ?", id))
		if err == nil && !known {
			return domain.ErrSessionUnknown
		}
		return err
	})
	if err == nil && revoked == 0 {
		// The caller is told that the session is over.
		err = s.durable(ctx)
	}
	return revoked > 0, err
}

// RevokeUser implements ports.SessionRegister.
func (s SessionRegister) RevokeUser(ctx context.Context, userID, except string, reason domain.Reason, at time.Time,
) (int, error) {
	ended := 0
	err := s.transaction(ctx, "revoke a user's sessions", func(tx *gorm.DB) error {
		if err := lockUser(tx, userID); err != nil && !errors.Is(err, domain.ErrUserUnknown) {
			return err
		}
		var err error
		ended, err = endAll(tx, userID, except, reason, at)
		return err
	})
	return ended, err
}

// RevokeAll implements ports.SessionRegister.
func (s SessionRegister) RevokeAll(ctx context.Context, reason domain.Reason, at time.Time, after string, limit int,
) (last string, ended int, err error) {
	err = s.call(ctx, "end all untracked tokens", func(db *gorm.DB) error { return cut(db, everybody, at) })
	if err != nil {
		return "", 0, err
	}
	err = s.transaction(ctx, "revoke all sessions", func(tx *gorm.DB) error {
		page, err := page(tx, after, limit)
		if err != nil || len(page) == 0 {
			last, ended = "", 0
			return err
		}
		last = page[len(page)-1].ID
		ended, err = revokeInOrder(tx.Where("id > ? AND id <= ?", after, last), reason, at)
		return err
	})
	return last, ended, err
}

// Prune implements ports.SessionRegister. It rests before it returns.
func (s SessionRegister) Prune(ctx context.Context, before time.Time, after string, limit int,
) (last string, deleted int, err error) {
	began := s.now()
	last, deleted, err = s.prunePage(ctx, before, after, limit)
	if last != "" {
		s.rest(ctx, began)
	}
	return last, deleted, err
}

func (s SessionRegister) prunePage(ctx context.Context, before time.Time, after string, limit int,
) (last string, deleted int, err error) {
	err = s.call(ctx, "prune sessions", func(db *gorm.DB) error {
		page, err := page(db, after, limit)
		if err != nil || len(page) == 0 {
			last = ""
			return err
		}
		last = page[len(page)-1].ID
		var expired []string
		for _, r := range page {
			if r.LastExpiry.Before(before) {
				expired = append(expired, r.ID)
			}
		}
		if len(expired) == 0 {
			return nil
		}
		// The condition again: a session may have been rotated since it was looked at.
		done := db.Where("id IN ? AND last_expiry < ?", expired, before).Delete(&sessionRow{})
		deleted = int(done.RowsAffected)
		return done.Error
	})
	return last, deleted, err
}

// page reads what Prune and RevokeAll need of up to limit sessions whose ids follow after.
func page(db *gorm.DB, after string, limit int) ([]sessionRow, error) {
	var rows []sessionRow
	err := db.Select("id", "last_expiry").Where("id > ?", after).Order("id").Limit(limit).Find(&rows).Error
	return rows, err
}
