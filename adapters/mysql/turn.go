package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"time"
)

// The lock is the connection's, and goes with it. Its name is the server's, so it says which database is meant, in as few
// characters as a name may have.
const (
	tryTurn   = "SELECT COALESCE(GET_LOCK(CONCAT('vidaplus-auth ', MD5(DATABASE())), 0), 0)"
	leaveTurn = "DO RELEASE_LOCK(CONCAT('vidaplus-auth ', MD5(DATABASE())))"
)

// answering is how long the server may take to say that another has the lock: TiDB waits for it for a second at least.
const answering = 3 * time.Second

// holdTurn implements gormstore.Engine.HoldTurn by a connection that is kept for as long.
func (d *Database) holdTurn(ctx context.Context) (release func(), err error) {
	within, cancel := context.WithTimeout(ctx, max(d.engine.Timeout, answering))
	defer cancel()
	conn, err := d.conns.Conn(within)
	if err != nil {
		return nil, err
	}
	var free bool
	if err := conn.QueryRowContext(within, tryTurn).Scan(&free); err != nil || !free {
		return nil, closing(conn, err)
	}
	return func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.engine.Timeout)
		defer cancel()
		_, err := conn.ExecContext(last, leaveTurn)
		_ = closing(conn, err)
	}, nil
}

// closing gives a connection back, or throws it away after an error: it may hold the lock.
func closing(conn *sql.Conn, err error) error {
	if err != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	_ = conn.Close()
	return err
}
