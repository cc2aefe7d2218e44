package sqlite

import (
	"time"

	"gorm.io/gorm"
)

const (
	// counted is the span of row ids up to which all rows are looked at; in a larger one, so many samples of sampled row
	// ids each, evenly spread. There is one connection, and a refresh waits for it meanwhile: a few milliseconds.
	counted = samples * sampled
	samples = 50
	sampled = 100
)

const countSamples = `
WITH RECURSIVE starts (first) AS (
	SELECT @low UNION ALL SELECT first + @stride FROM starts WHERE first + @stride <= @high
)
SELECT count(*) FROM starts CROSS JOIN sessions AS s
WHERE s.rowid BETWEEN first AND first + @width - 1
	AND s.revoked_at IS NULL AND s.ends_at > @at AND s.expires_at > @at`

// countLive implements gormstore.Engine.CountLive.
func (d *Database) countLive(db *gorm.DB, at time.Time) (int, error) {
	var low, high, found int64
	row := db.Raw("SELECT coalesce(min(rowid), 0), coalesce(max(rowid), 0) FROM sessions").Row()
	if err := row.Scan(&low, &high); err != nil {
		return 0, err
	}
	span := high - low + 1
	stride, width := span, span
	if span > counted {
		stride, width = span/samples, sampled
	}
	err := db.Raw(countSamples, map[string]any{"low": low, "high": high, "stride": stride, "width": width, "at": at}).
		Scan(&found).Error
	return int(found * stride / width), err
}
