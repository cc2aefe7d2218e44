package gormstore

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/vidaplus/vidaplus-auth/domain"
)

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

// checkAge refuses a token that may be older than an account that came from the original: the address may have been
// another's before, and nothing here has recorded that.
func (e Engine) checkAge(tx *gorm.DB, user userRow, issued time.Time) error {
	if !issued.Before(user.CreatedAt) {
		return nil
	}
	original, err := e.Shared.Table != "", error(nil)
	if !original {
		original, err = exists(tx.Model(&importedUserRow{}).Where("user_id = ?", user.ID))
	}
	if err == nil && original {
		return domain.ErrTokenOutdated
	}
	return err
}
