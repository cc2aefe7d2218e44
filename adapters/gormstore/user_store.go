package gormstore

import (
	"context"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// UserStore implements ports.UserStore.
type UserStore struct{ Engine }

// NewUserStore returns the users of an engine.
func NewUserStore(e Engine) UserStore { return UserStore{e} }

// FindByEmail implements ports.UserStore.
func (s UserStore) FindByEmail(ctx context.Context, email string) (domain.User, error) {
	var rows []userRow
	err := s.call(ctx, "find a user", func(db *gorm.DB) error {
		return db.Where("email_folded = ?", s.folded(email)).Find(&rows).Error
	})
	if err != nil {
		return domain.User{}, err
	}
	return domain.PickByEmail(users(rows), email)
}

// Find implements ports.UserStore.
func (s UserStore) Find(ctx context.Context, id string) (domain.User, error) {
	var row userRow
	err := s.call(ctx, "find a user", func(db *gorm.DB) error {
		return refusing(db.Where("id = ?", id).Take(&row).Error, domain.ErrUserUnknown)
	})
	if err != nil {
		return domain.User{}, err
	}
	return row.user(), nil
}

// Rehash implements ports.UserStore.
func (s UserStore) Rehash(ctx context.Context, id string, old, hash domain.Secret) (bool, error) {
	swapped := false
	err := s.call(ctx, "keep a new hash", func(db *gorm.DB) error {
		done := db.Model(&userRow{}).Where("id = ? AND password_hash = ?", id, old.Reveal()).
			Update("password_hash", hash.Reveal())
		swapped = done.RowsAffected > 0
		return done.Error
	})
	return swapped, err
}
