package gormstore

import (
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// refusing turns "no such row" into a refusal.
func refusing(err, refusal error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return refusal
	}
	return err
}

func exists(query *gorm.DB) (bool, error) {
	var n int64
	err := query.Limit(1).Count(&n).Error
	return n > 0, err
}

// live selects the user's sessions that are live at `at`, as domain.Session.Live says it.
func live(db *gorm.DB, userID string, at time.Time) *gorm.DB {
	return db.Model(&sessionRow{}).Where("user_id = ?", userID).Scopes(liveAt(at))
}

func liveAt(at time.Time) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		return db.Where("revoked_at IS NULL AND ends_at > ? AND expires_at > ?", at, at)
	}
}

// revoke ends the selected sessions that are not revoked yet, and returns how many that were.
func revoke(selected *gorm.DB, reason domain.Reason, at time.Time) (int, error) {
	done := selected.Model(&sessionRow{}).Where("revoked_at IS NULL").
		Updates(map[string]any{"revoked_at": at, "revoked_for": string(reason)})
	return int(done.RowsAffected), done.Error
}

// revokeInOrder is revoke for several sessions within a transaction, and returns how many of them were live. It takes them
// in the order of their ids, as rotations that share a commit do: in any other the two could wait for each other in a circle.
func revokeInOrder(selected *gorm.DB, reason domain.Reason, at time.Time) (ended int, err error) {
	selected = selected.Session(&gorm.Session{})
	var rows []sessionRow
	err = lock(selected).Select("id", "ends_at", "expires_at").Where("revoked_at IS NULL").Order("id").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	for _, r := range rows {
		if r.session().Live(at) {
			ended++
		}
	}
	_, err = revoke(selected, reason, at)
	return ended, err
}

// cut ends the subject's untracked tokens that may have been issued before `at`. A cut-off never moves back.
func cut(tx *gorm.DB, subject string, at time.Time) error {
	later := gorm.Expr("CASE WHEN untracked_cutoffs.not_before >= ? THEN untracked_cutoffs.not_before ELSE ? END", at, at)
	return tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "subject"}},
		DoUpdates: clause.Assignments(map[string]any{"not_before": later}),
	}).Create(&untrackedCutoffRow{Subject: subject, NotBefore: at}).Error
}
