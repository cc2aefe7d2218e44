package gormstore

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// importedUserRow remembers what the original's row of an account held when it was taken.
type importedUserRow struct {
	UserID      string `gorm:"primaryKey"`
	Fingerprint string
}

// UserIntake implements ports.UserIntake.
type UserIntake struct{ Engine }

// NewUserIntake returns the imported users of an engine.
func NewUserIntake(e Engine) UserIntake { return UserIntake{e} }

// Known implements ports.UserIntake.
func (s UserIntake) Known(ctx context.Context, ids []string) (map[string]domain.Fingerprint, error) {
	if s.Shared.Table != "" {
		return nil, domain.ErrUsersShared
	}
	var rows []importedUserRow
	err := s.call(ctx, "find imported users", func(db *gorm.DB) error {
		return db.Where("user_id IN ?", ids).Find(&rows).Error
	})
	known := make(map[string]domain.Fingerprint, len(rows))
	for _, r := range rows {
		known[r.UserID] = domain.Fingerprint(r.Fingerprint)
	}
	return known, err
}

// Holders implements ports.UserIntake.
func (s UserIntake) Holders(ctx context.Context, emails []string) (map[string]string, error) {
	folded := make([]string, len(emails))
	for i, email := range emails {
		folded[i] = domain.FoldEmail(email)
	}
	var rows []userRow
	err := s.call(ctx, "find addresses", func(db *gorm.DB) error {
		return db.Select("id", "email_folded").Where("email_folded IN ?", folded).Find(&rows).Error
	})
	holders := make(map[string]string, len(rows))
	for _, r := range rows {
		holders[r.EmailFolded] = r.ID
	}
	return holders, err
}

// Add implements ports.UserIntake.
func (s UserIntake) Add(ctx context.Context, users []domain.ImportedUser) error {
	if s.Shared.Table != "" {
		return domain.ErrUsersShared
	}
	rows, imported := make([]userRow, len(users)), make([]importedUserRow, len(users))
	for i, u := range users {
		rows[i], imported[i] = newUserRow(u.User), importedUserRow{u.ID, string(u.Fingerprint)}
	}
	return s.transaction(ctx, "import users", func(tx *gorm.DB) error {
		if err := taken(tx.Create(&rows).Error); err != nil {
			return err
		}
		return keep(tx, imported)
	})
}

func keep(tx *gorm.DB, rows []importedUserRow) error {
	return tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "user_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"fingerprint"}),
	}).Create(&rows).Error
}

// Update implements ports.UserIntake.
func (s UserIntake) Update(ctx context.Context, id string, c domain.ImportChange) (int, error) {
	ended := 0
	err := s.transaction(ctx, "update an imported user", func(tx *gorm.DB) error {
		var user userRow
		if err := lock(tx).Where("id = ?", id).Take(&user).Error; err != nil {
			return refusing(err, domain.ErrUserUnknown)
		}
		if err := overwrite(tx, user, c); err != nil {
			return err
		}
		var err error
		if reason := c.EndsSessions(); reason != "" {
			ended, err = endAll(tx, id, "", reason, c.At)
		}
		return err
	})
	return ended, err
}

// overwrite changes the user, whose row is locked, and remembers the original's row.
func overwrite(tx *gorm.DB, user userRow, c domain.ImportChange) error {
	if set := imported(c); len(set) > 0 {
		if err := taken(tx.Model(&userRow{}).Where("id = ?", user.ID).Updates(set).Error); err != nil {
			return err
		}
	}
	if c.Email != nil {
		if err := cutEmails(tx, c.At, user.Email, *c.Email); err != nil {
			return err
		}
	}
	return keep(tx, []importedUserRow{{user.ID, string(c.Fingerprint)}})
}

func imported(c domain.ImportChange) map[string]any {
	set := columns(domain.UserChange{Email: c.Email, PasswordHash: c.PasswordHash, Enabled: c.Enabled})
	if c.Name != nil {
		set["name"] = *c.Name
	}
	if c.Admin != nil {
		set["admin"] = *c.Admin
	}
	if c.CreatedAt != nil {
		set["created_at"] = *c.CreatedAt
	}
	return set
}

// List implements ports.UserIntake.
func (s UserIntake) List(ctx context.Context, after string, limit int) ([]string, error) {
	var ids []string
	err := s.call(ctx, "list imported users", func(db *gorm.DB) error {
		return db.Model(&importedUserRow{}).Where("user_id > ?", after).Order("user_id").Limit(limit).Pluck("user_id", &ids).Error
	})
	return ids, err
}
