package gormstore

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// securityEventRow is one event.
type securityEventRow struct {
	ID         string `gorm:"primaryKey"`
	HappenedAt time.Time
	Kind       string
	UserID     string
	SessionID  string
	Reason     string
	Address    string
	UserAgent  string
	Attempted  string
	Detail     string
	Count      int
}

func newSecurityEventRow(e domain.Event) securityEventRow {
	return securityEventRow{
		ID: e.ID, HappenedAt: e.At, Kind: string(e.Kind), UserID: e.UserID, SessionID: e.SessionID, Reason: string(e.Reason),
		Address: e.Client.Address, UserAgent: e.Client.UserAgent, Attempted: e.Attempted, Detail: e.Detail, Count: e.Count,
	}
}

func (r securityEventRow) event() domain.Event {
	return domain.Event{
		ID: r.ID, At: r.HappenedAt.UTC(), Kind: domain.EventKind(r.Kind), UserID: r.UserID, SessionID: r.SessionID,
		Reason: domain.Reason(r.Reason), Client: domain.Client{Address: r.Address, UserAgent: r.UserAgent},
		Attempted: r.Attempted, Detail: r.Detail, Count: r.Count,
	}
}

// EventStore implements ports.EventStore.
type EventStore struct{ Engine }

// NewEventStore returns the events of an engine.
func NewEventStore(e Engine) EventStore { return EventStore{e} }

// Add implements ports.EventStore.
func (s EventStore) Add(ctx context.Context, events []domain.Event) error {
	rows := make([]securityEventRow, len(events))
	for i, e := range events {
		rows[i] = newSecurityEventRow(e)
	}
	return s.call(ctx, "store events", func(db *gorm.DB) error {
		return db.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
	})
}

// List implements ports.EventStore.
func (s EventStore) List(ctx context.Context, f domain.EventFilter, limit int) ([]domain.Event, error) {
	var rows []securityEventRow
	err := s.call(ctx, "list events", func(db *gorm.DB) error {
		return meant(db, f).Order("happened_at DESC, id DESC").Limit(limit).Find(&rows).Error
	})
	events := make([]domain.Event, len(rows))
	for i, r := range rows {
		events[i] = r.event()
	}
	return events, err
}

// Indexes may leave out events that name nobody, so each condition says that it does not mean those.
const (
	ofUser      = "user_id = ? AND user_id <> ''"
	ofAttempted = "attempted = ? AND attempted <> ''"
)

// meant selects what domain.EventFilter.Matches matches.
func meant(db *gorm.DB, f domain.EventFilter) *gorm.DB {
	if !f.Since.IsZero() {
		db = db.Where("happened_at >= ?", f.Since)
	}
	switch {
	case f.UserID != "" && f.Attempted != "":
		return db.Where("("+ofUser+" OR "+ofAttempted+")", f.UserID, f.Attempted)
	case f.UserID != "":
		return db.Where(ofUser, f.UserID)
	case f.Attempted != "":
		return db.Where(ofAttempted, f.Attempted)
	default:
		return db
	}
}

// Forget implements ports.EventStore.
func (s EventStore) Forget(ctx context.Context, userID, attempted string) error {
	return s.transaction(ctx, "forget whose events are", func(tx *gorm.DB) error {
		err := tx.Model(&securityEventRow{}).Where(ofUser, userID).Update("user_agent", "").Error
		if err != nil {
			return err
		}
		return tx.Model(&securityEventRow{}).Where(ofAttempted, attempted).Update("attempted", "").Error
	})
}

// Prune implements ports.EventStore. It rests before it returns.
func (s EventStore) Prune(ctx context.Context, before time.Time, limit int) (int, error) {
	return s.prune(ctx, "prune events", func(db *gorm.DB) (int64, error) {
		var old []string
		err := db.Model(&securityEventRow{}).Where("happened_at < ?", before).Order("happened_at, id").Limit(limit).
			Pluck("id", &old).Error
		if err != nil || len(old) == 0 {
			return 0, err
		}
		done := db.Where("id IN ?", old).Delete(&securityEventRow{})
		return done.RowsAffected, done.Error
	})
}
