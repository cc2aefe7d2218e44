package main

import (
	"context"
	"net/url"

	"github.com/jackc/pgx/v5"
)

// database is one database on the server, and a connection to look into it.
type database struct {
	name string
	url  string
	conn *pgx.Conn
}

// newDatabase makes an empty one.
func (b *bench) newDatabase(ctx context.Context, name string) (*database, error) {
	if err := b.onServer(ctx, "CREATE DATABASE "+name); err != nil {
		return nil, err
	}
	u, err := url.Parse(b.server.URL())
	if err != nil {
		return nil, err
	}
	d := &database{name: name, url: u.JoinPath("..", name).String()}
	if d.conn, err = pgx.Connect(ctx, d.url); err != nil {
		return nil, err
	}
	return d, nil
}

// drop gives its disk space back.
func (b *bench) drop(ctx context.Context, d *database) error {
	_ = d.conn.Close(ctx)
	return b.onServer(ctx, "DROP DATABASE "+d.name+" WITH (FORCE)")
}

func (b *bench) onServer(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, b.server.URL())
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // the statement's outcome is what counts
	_, err = conn.Exec(ctx, statement)
	return err
}

func (d *database) run(ctx context.Context, statements ...string) error {
	for _, statement := range statements {
		if _, err := d.conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// state is what the server counts of a database. A busy connection reports its updates once a second, so shares of them
// can be trusted and sums cannot.
type state struct {
	wal                position
	updated, hot, size int64
}

const stateQuery = `SELECT pg_current_wal_flush_lsn()::text, coalesce(sum(n_tup_upd), 0)::bigint,
	coalesce(sum(n_tup_hot_upd), 0)::bigint, coalesce(sum(pg_total_relation_size(relid)), 0)::bigint FROM pg_stat_user_tables`

func (d *database) read(ctx context.Context) (s state, err error) {
	err = d.conn.QueryRow(ctx, stateQuery).Scan(&s.wal, &s.updated, &s.hot, &s.size)
	return s, err
}

// settled leaves no work of an earlier run to a later one.
func (d *database) settled(ctx context.Context) error {
	return d.run(ctx, "VACUUM ANALYZE", "CHECKPOINT")
}
