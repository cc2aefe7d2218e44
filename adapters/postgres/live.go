package postgres

import (
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

// sampledPages is how many pages of the table are read to tell how many sessions are live: some 30,000 sessions, of
// which the estimate is within about 5 %, in some ten milliseconds.
const sampledPages = 2000

// countLive implements gormstore.Engine.CountLive. No index has the expiry, which every rotation changes, and to count ten
// million rows takes seconds; so a table that is larger than sampledPages is sampled. PostgreSQL's own statistics would
// cost nothing, but they are as old as the last ANALYZE, which a quiet table may never see.
func (d *Database) countLive(db *gorm.DB, at time.Time) (int, error) {
	table := pgx.Identifier{d.schema, "sessions"}.Sanitize()
	var pages float64
	err := db.Raw("SELECT pg_relation_size(?::regclass) / current_setting('block_size')::float8", table).Scan(&pages).Error
	if err != nil {
		return 0, err
	}
	percent := 100 * min(1, sampledPages/max(pages, 1))
	var found int64
	count := fmt.Sprintf("SELECT count(*) FROM %s TABLESAMPLE SYSTEM (?) WHERE revoked_at IS NULL AND ends_at > ? AND expires_at > ?", table)
	if err := db.Raw(count, percent, at, at).Scan(&found).Error; err != nil {
		return 0, err
	}
	return int(math.Round(float64(found) * 100 / percent)), nil
}

// connections implements gormstore.Engine.Connections: database/sql, which stands over the pool, knows only of its own.
func (d *Database) connections() gormstore.Connections {
	s := d.pool.Stat()
	return gormstore.Connections{
		InUse: int(s.AcquiredConns() + s.ConstructingConns()), Idle: int(s.IdleConns()), Max: int(s.MaxConns()),
		Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime(),
	}
}
