package postgres

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
)

// Where synchronous_standby_names is set, a commit returns once a standby has it too. If that wait is broken off, by
// pg_cancel_backend or a time-out, the server warns and reports success all the same: the commit stands on this server
// alone, everybody can see it from then on, and it is gone should a standby take over. It counts as an unknown outcome.

var errUnconfirmed = errors.New("the server gave up waiting for its standby: a commit may be lost if that takes over")

// witness remembers for one call whether a commit came back that no standby has confirmed.
type witness struct{ unconfirmed atomic.Bool }

func (w *witness) verdict() error {
	if w.unconfirmed.Load() {
		return errUnconfirmed
	}
	return nil
}

type witnessKey struct{}

// witnessed implements gormstore.Engine.Witnessed: connections that are taken under the context report to its witness.
func witnessed(ctx context.Context) (context.Context, func() error) {
	w := new(witness)
	return context.WithValue(ctx, witnessKey{}, w), w.verdict
}

// witnessData is where a connection keeps the witness of who holds it.
const witnessData = "vidaplus-auth: witness"

// listen has the connections of a pool tell the witness of whoever holds them.
func listen(config *pgxpool.Config) {
	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
		w, _ := ctx.Value(witnessKey{}).(*witness)
		conn.PgConn().CustomData()[witnessData] = w
		return true, nil
	}
	config.ConnConfig.OnNotice = func(conn *pgconn.PgConn, n *pgconn.Notice) {
		if w, _ := conn.CustomData()[witnessData].(*witness); w != nil && gaveUp(n) {
			w.unconfirmed.Store(true)
		}
	}
}

// gaveUp goes by the server's function, which is named in every language, and by the words where a proxy leaves that out.
func gaveUp(n *pgconn.Notice) bool {
	return n.Routine == "SyncRepWaitForLSN" || strings.Contains(n.Message, "wait for synchronous replication")
}

// durable implements gormstore.Engine.Durable. A commit waits for a standby to have the whole log before it, so one that
// changes nothing vouches for everything that could be read.
func durable(db *gorm.DB) error {
	var standbys *string
	err := db.Raw("SELECT current_setting('synchronous_standby_names', true)").Scan(&standbys).Error
	if err != nil || standbys == nil || *standbys == "" {
		return err
	}
	return db.Exec("SELECT pg_logical_emit_message(true, 'vidaplus-auth', '')").Error
}

// readOnly is what a server says to a change while it is a standby.
const readOnly = "25006"

// leave makes a pool drop its connections once one of them turns out to lead to a standby: the others lead there too,
// and through a proxy or a name a new one may lead to the primary. reset is called from within a statement.
func leave(config *pgxpool.Config, reset func()) {
	next := config.ConnConfig.OnPgError
	config.ConnConfig.OnPgError = func(conn *pgconn.PgConn, said *pgconn.PgError) bool {
		if said.Code != readOnly {
			return next == nil || next(conn, said)
		}
		reset()
		return false
	}
}

// gone reports whether a statement failed because there is no server any more: it says so with its last word, or nothing.
func gone(err error) bool {
	var said *pgconn.PgError
	return !errors.As(err, &said) || strings.HasPrefix(said.Code, "57P")
}

// hosts returns how many addresses a connection may be tried at.
func hosts(config *pgx.ConnConfig) int {
	type address struct {
		host string
		port uint16
	}
	all := map[address]bool{{config.Host, config.Port}: true}
	for _, f := range config.Fallbacks {
		all[address{f.Host, f.Port}] = true
	}
	return len(all)
}
