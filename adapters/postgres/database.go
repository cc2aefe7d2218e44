// Package postgres opens, tunes and migrates PostgreSQL. The stores themselves are those of package gormstore; what
// stands here is what only this engine needs or can do. All tables live in one schema, and every statement names it,
// so that a pooler that shares connections between transactions may stand in between.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// Database is a pool of connections to one PostgreSQL database, and the schema our tables live in.
type Database struct {
	pool *pgxpool.Pool
	// conns is what GORM has of the pool.
	conns  *sql.DB
	schema string
	shared string
	engine gormstore.Engine
	// rotation is the statement of rotateAll.
	rotation string
}

// Open prepares a pool of up to maxConns connections. It does not connect yet: a server that is not there is noticed
// by the first call. timeout is how long a call of a store may take, and so may connecting, whose time the hosts share.
func Open(ctx context.Context, url domain.Secret, schema string, maxConns int, timeout time.Duration) (*Database, error) {
	return OpenTraced(ctx, url, schema, maxConns, timeout, nil)
}

// OpenTraced is Open with a tracer that is told of every statement. nil is none at all.
func OpenTraced(ctx context.Context, url domain.Secret, schema string, maxConns int, timeout time.Duration, tracer pgx.QueryTracer,
) (*Database, error) {
	pool, err := openPool(ctx, url, maxConns, timeout, tracer)
	if err != nil {
		return nil, err
	}
	d := &Database{
		pool: pool, conns: stdlib.OpenDBFromPool(pool), schema: schema, rotation: rotateAllStatement(schema, timeout),
	}
	settings := gormstore.Config(schema + ".")
	settings.DisableAutomaticPing = true
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: d.conns}), settings)
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("open GORM: %w", err)
	}
	d.engine = gormstore.Engine{
		DB: db, Prefix: schema + ".", Timeout: timeout, Ready: writable, Classify: classify, Returning: true,
		RotateAll: d.rotateAll, Witnessed: witnessed, Durable: durable, HoldTurn: d.holdTurn,
		Connections: d.connections, CountLive: d.countLive,
	}
	return d, nil
}

// Engine is what the stores work on.
func (d *Database) Engine() gormstore.Engine { return d.engine }

// closePatience is how long Close waits for connections that a server which hangs does not let go.
const closePatience = 500 * time.Millisecond

// Close gives all connections back. It does not wait long for a server that does not answer: the process is about to
// end, and the connections with it.
func (d *Database) Close() {
	closed := make(chan struct{})
	go func() {
		_ = d.conns.Close()
		d.pool.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(closePatience):
	}
}

// writable asks the server whether it takes changes, which a standby does not, and whether it would tell of commits
// that its standby has not confirmed.
func writable(db *gorm.DB) error {
	var is struct {
		ReadOnly, Warnings string
	}
	err := db.Raw("SELECT current_setting('transaction_read_only') AS read_only, " +
		"current_setting('client_min_messages') AS warnings").Scan(&is).Error
	switch {
	case err != nil:
		return err
	case is.ReadOnly != "off":
		return errReadOnly
	case is.Warnings == "error":
		return errMuted
	default:
		return nil
	}
}

var (
	errReadOnly = errors.New("the server is read-only")
	errMuted    = errors.New("client_min_messages is error: a commit that no standby has would look like a success")
)
