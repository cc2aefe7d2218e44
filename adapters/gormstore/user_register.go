package gormstore

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// UserRegister implements ports.UserRegister.
type UserRegister struct{ Engine }

// NewUserRegister returns the users of an engine.
func NewUserRegister(e Engine) UserRegister { return UserRegister{e} }

// Add implements ports.UserRegister.
func (s UserRegister) Add(ctx context.Context, u domain.User) error {
	if s.Shared.Table != "" {
		return domain.ErrUsersShared
	}
	return s.call(ctx, "add a user", func(db *gorm.DB) error {
		row := newUserRow(u)
		return taken(db.Create(&row).Error)
	})
}

// taken turns the violated uniqueness of folded addresses into its refusal. Ids are never twice the same.
func taken(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return domain.ErrEmailTaken
	}
	return err
}

// List implements ports.UserRegister.
func (s UserRegister) List(ctx context.Context, after string, limit int) ([]domain.User, error) {
	var rows []userRow
	err := s.call(ctx, "list users", func(db *gorm.DB) error {
		email := "email" + s.Shared.Bytewise
		return db.Where(email+" > ?", after).Order(email).Limit(limit).Find(&rows).Error
	})
	return users(rows), err
}

// Change implements ports.UserRegister.
func (s UserRegister) Change(ctx context.Context, id string, c domain.UserChange) (int, error) {
	ended := 0
	err := s.transaction(ctx, "change a user", func(tx *gorm.DB) error {
		var user userRow
		if err := lock(tx).Where("id = ?", id).Take(&user).Error; err != nil {
			return refusing(err, domain.ErrUserUnknown)
		}
		if c.Verified != nil && !(user.Enabled && user.PasswordHash == c.Verified.Reveal()) {
			return domain.ErrUserChanged
		}
		if err := s.checkFree(tx, c.Email, id); err != nil {
			return err
		}
		if err := taken(tx.Model(&userRow{}).Where("id = ?", id).Updates(s.changed(c)).Error); err != nil {
			return err
		}
		if c.Email != nil {
			if err := cutEmails(tx, c.At, user.Email, *c.Email); err != nil {
				return err
			}
		}
		var err error
		if reason := c.EndsSessions(); reason != "" {
			ended, err = endAll(tx, id, c.Spares, reason, c.At)
		}
		return err
	})
	return ended, err
}

func columns(c domain.UserChange) map[string]any {
	set := make(map[string]any)
	if c.Email != nil {
		set["email"], set["email_folded"] = *c.Email, domain.FoldEmail(*c.Email)
	}
	if c.PasswordHash != nil {
		set["password_hash"] = c.PasswordHash.Reveal()
	}
	if c.Enabled != nil {
		set["enabled"] = *c.Enabled
	}
	return set
}

// endAll ends every session but one, and every untracked token, of the user, whose row is locked.
func endAll(tx *gorm.DB, userID, except string, reason domain.Reason, at time.Time) (int, error) {
	if err := cut(tx, userSubject(userID), at); err != nil {
		return 0, err
	}
	return revokeInOrder(tx.Where("user_id = ? AND id <> ?", userID, except), reason, at)
}

func cutEmails(tx *gorm.DB, at time.Time, emails ...string) error {
	for _, email := range emails {
		if err := cut(tx, emailSubject(email), at); err != nil {
			return err
		}
	}
	return nil
}

// Remove implements ports.UserRegister.
func (s UserRegister) Remove(ctx context.Context, id string, at time.Time) (int, error) {
	ended := 0
	err := s.transaction(ctx, "remove a user", func(tx *gorm.DB) error {
		var user userRow
		if err := lock(tx).Where("id = ?", id).Take(&user).Error; err != nil {
			return refusing(err, domain.ErrUserUnknown)
		}
		if err := removable(tx.Where("id = ?", id).Delete(&userRow{}).Error); err != nil {
			return err
		}
		if err := cutEmails(tx, at, user.Email); err != nil {
			return err
		}
		var err error
		ended, err = endAll(tx, id, "", domain.ReasonUserRemoved, at)
		return err
	})
	return ended, err
}

// lockUser takes the user's row for the rest of the transaction, or returns domain.ErrUserUnknown.
func lockUser(tx *gorm.DB, id string) error {
	return refusing(lock(tx).Select("id").Where("id = ?", id).Take(&userRow{}).Error, domain.ErrUserUnknown)
}
