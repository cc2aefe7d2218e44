package gormstore

import (
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// loginAttemptRow is a tally. Subject says what of: an account, an address, or both.
type loginAttemptRow struct {
	Subject      string `gorm:"primaryKey"`
	Account      string
	Failures     int
	Pending      int
	PendingUntil *time.Time
	Strikes      int
	Until        *time.Time
	KnownUntil   *time.Time
	KeepUntil    *time.Time
}

func (r loginAttemptRow) tally() domain.Tally {
	return domain.Tally{
		Failures: r.Failures, Pending: r.Pending, PendingUntil: instant(r.PendingUntil), Strikes: r.Strikes,
		Until: instant(r.Until), KnownUntil: instant(r.KnownUntil),
	}
}

func (r loginAttemptRow) with(t domain.Tally, keep time.Time) loginAttemptRow {
	r.Failures, r.Pending, r.PendingUntil, r.Strikes = t.Failures, t.Pending, nullable(t.PendingUntil), t.Strikes
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
		Columns: []clause.Column{{Name: "subject"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"failures", "pending", "pending_until", "strikes", "until", "known_until", "keep_until",
		}),
	}).Create(&stored).Error
}
