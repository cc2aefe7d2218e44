package gormstore

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// AttemptStore implements ports.AttemptStore.
type AttemptStore struct{ Engine }

// NewAttemptStore returns the attempts of an engine.
func NewAttemptStore(e Engine) AttemptStore { return AttemptStore{e} }

// Find implements ports.AttemptStore.
func (s AttemptStore) Find(ctx context.Context, a domain.Attempt) (domain.Tallies, error) {
	rows := newAttemptRows(a)
	var found []loginAttemptRow
	err := s.call(ctx, "look up attempts", func(db *gorm.DB) error {
		subjects := []string{rows.account.Subject, rows.address.Subject, rows.device.Subject}
		return db.Where("subject IN ?", subjects).Find(&found).Error
	})
	return rows.tallies(found), err
}

// errRowGone says that a row was pruned between two statements. The same again makes it anew.
var errRowGone = errors.New("a row was deleted meanwhile")

// errUnchanged ends a transaction in which there was nothing to change.
var errUnchanged = errors.New("nothing was to be changed")

// Update implements ports.AttemptStore.
func (s AttemptStore) Update(ctx context.Context, a domain.Attempt, keep func(domain.Tally) time.Time,
	change func(domain.Tallies) (domain.Tallies, error),
) error {
	rows := newAttemptRows(a)
	var refusal error
	err := s.transaction(ctx, "count an attempt", func(tx *gorm.DB) error {
		found, err := rows.lock(tx)
		if err != nil {
			return err
		}
		var next domain.Tallies
		if next, refusal = change(rows.tallies(found)); refusal != nil {
			return errUnchanged
		}
		return rows.store(tx, found, next, keep)
	})
	if errors.Is(err, errUnchanged) {
		return refusal
	}
	return err
}

// Unlock implements ports.AttemptStore. It takes the account's row first, as Update does, so that the two never wait for each
// other.
func (s AttemptStore) Unlock(ctx context.Context, account string) error {
	of := newAttemptRows(domain.Attempt{Account: account}).account
	return s.transaction(ctx, "unlock an account", func(tx *gorm.DB) error {
		var found []loginAttemptRow
		if err := lock(tx).Where("subject = ?", of.Subject).Find(&found).Error; err != nil {
			return err
		}
		return tx.Model(&loginAttemptRow{}).Where("account = ?", account).
			Updates(map[string]any{"failures": 0, "strikes": 0}).Error
	})
}

// Forget implements ports.AttemptStore.
func (s AttemptStore) Forget(ctx context.Context, account string) error {
	return s.call(ctx, "forget attempts", func(db *gorm.DB) error {
		return db.Where("account = ?", account).Delete(&loginAttemptRow{}).Error
	})
}

// Prune implements ports.AttemptStore. It rests before it returns.
func (s AttemptStore) Prune(ctx context.Context, at time.Time, limit int) (int, error) {
	return s.prune(ctx, "prune attempts", func(db *gorm.DB) (int64, error) {
		var old []string
		err := db.Model(&loginAttemptRow{}).Where("keep_until < ?", at).Limit(limit).Pluck("subject", &old).Error
		if err != nil || len(old) == 0 {
			return 0, err
		}
		// The condition again: somebody may have tried again since.
		done := db.Where("subject IN ? AND keep_until < ?", old, at).Delete(&loginAttemptRow{})
		return done.RowsAffected, done.Error
	})
}
