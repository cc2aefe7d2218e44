package gormstore

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// loginAttemptRow is a tally. Subject says what of: an account, an address, or both.
type loginAttemptRow struct {
	Subject    string `gorm:"primaryKey"`
	Account    string
	Failures   int
	Pending    int
	Strikes    int
	Until      *time.Time
	KnownUntil *time.Time
	KeepUntil  *time.Time
}

func (r loginAttemptRow) tally() domain.Tally {
	return domain.Tally{
		Failures: r.Failures, Pending: r.Pending, Strikes: r.Strikes,
		Until: instant(r.Until), KnownUntil: instant(r.KnownUntil),
	}
}

func (r loginAttemptRow) with(t domain.Tally, keep time.Time) loginAttemptRow {
	r.Failures, r.Pending, r.Strikes = t.Failures, t.Pending, t.Strikes
	r.Until, r.KnownUntil, r.KeepUntil = nullable(t.Until), nullable(t.KnownUntil), nullable(keep)
	return r
}

func (r loginAttemptRow) in(found []loginAttemptRow) bool {
	return slices.ContainsFunc(found, func(f loginAttemptRow) bool { return f.Subject == r.Subject })
}

// attemptRows are empty rows for what an attempt counts on.
type attemptRows struct{ account, address, device loginAttemptRow }

func newAttemptRows(a domain.Attempt) attemptRows {
	return attemptRows{
		account: loginAttemptRow{Subject: "account:" + a.Account, Account: a.Account},
		address: loginAttemptRow{Subject: "address:" + a.Network},
		device:  loginAttemptRow{Subject: "device:" + a.Account + ":" + a.Network, Account: a.Account},
	}
}

// tallies reads those of the rows that are there.
func (a attemptRows) tallies(found []loginAttemptRow) domain.Tallies {
	var t domain.Tallies
	for _, r := range found {
		switch r.Subject {
		case a.account.Subject:
			t.Account = r.tally()
		case a.address.Subject:
			t.Address = r.tally()
		default:
			t.Device = r.tally()
		}
	}
	return t
}

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

// lock makes the rows of the account and of the address if they are not there, and takes them for the rest of the
// transaction. Then it looks at the third row, which changes under the account's only: in a statement of its own, since one
// that has waited for a lock does not see a row that was made meanwhile.
func (a attemptRows) lock(tx *gorm.DB) ([]loginAttemptRow, error) {
	fresh := []loginAttemptRow{a.account, a.address}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
		return nil, err
	}
	var found, device []loginAttemptRow
	// In one order, so that no two wait for each other.
	err := lock(tx).Where("subject IN ?", []string{a.account.Subject, a.address.Subject}).Order("subject").Find(&found).Error
	switch {
	case err != nil:
		return nil, err
	case len(found) < len(fresh):
		return nil, errRowGone
	}
	err = lock(tx).Where("subject = ?", a.device.Subject).Find(&device).Error
	return append(found, device...), err
}

// store writes what is left of the rows, and deletes those of which nothing is.
func (a attemptRows) store(tx *gorm.DB, found []loginAttemptRow, next domain.Tallies, keep func(domain.Tally) time.Time) error {
	var stored []loginAttemptRow
	var empty []string
	for _, one := range []struct {
		row   loginAttemptRow
		tally domain.Tally
	}{{a.account, next.Account}, {a.address, next.Address}, {a.device, next.Device}} {
		switch {
		case one.tally != (domain.Tally{}):
			stored = append(stored, one.row.with(one.tally, keep(one.tally)))
		case one.row.in(found):
			empty = append(empty, one.row.Subject)
		}
	}
	if len(empty) > 0 {
		if err := tx.Where("subject IN ?", empty).Delete(&loginAttemptRow{}).Error; err != nil {
			return err
		}
	}
	if len(stored) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "subject"}},
		DoUpdates: clause.AssignmentColumns([]string{"failures", "pending", "strikes", "until", "known_until", "keep_until"}),
	}).Create(&stored).Error
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
