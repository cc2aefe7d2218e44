package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// The lock is that of a transaction, so that it keeps its connection through a pooler too, and goes with it. The
// transaction has neither a snapshot nor an id: it holds no vacuum up, however long it lasts.
const (
	patient  = "SET LOCAL idle_in_transaction_session_timeout = 0"
	tryTurn  = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"
	turnName = " house-keeping"
)

// holdTurn implements gormstore.Engine.HoldTurn.
func (d *Database) holdTurn(ctx context.Context) (release func(), err error) {
	within, cancel := context.WithTimeout(ctx, d.engine.Timeout)
	defer cancel()
	tx, err := d.pool.BeginTx(within, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
	if err != nil {
		return nil, err
	}
	release = func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.engine.Timeout)
		defer cancel()
		_ = tx.Rollback(last) // where it fails the connection is gone, and the lock with it
	}
	var free bool
	if err = tx.QueryRow(within, tryTurn, d.schema+turnName).Scan(&free); err == nil {
		// In this order: the query would keep its snapshot as long as nothing comes after it.
		_, err = tx.Exec(within, patient)
	}
	if err != nil || !free {
		release()
		return nil, err
	}
	return release, nil
}
