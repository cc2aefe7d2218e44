package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrOutdated says that the database's schema is older than this program.
var ErrOutdated = errors.New("the database's schema is not up to date: run `vidaplus-auth migrate`, " +
	"or set MIGRATE_ON_START=true")

// CheckMigrated returns ErrOutdated unless every migration of this program has been applied. A schema that is newer
// than the program is fine: migrations only add, so that two versions can run side by side.
func (d *Database) CheckMigrated(ctx context.Context) error {
	outdated, err := d.outdated(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("look at the schema's version: %w", err)
	case outdated:
		return ErrOutdated
	default:
		return d.checkSharing(ctx)
	}
}

// Migrate brings the schema up to date. Of several replicas that start at once one does it and the others wait for
// exactly as long as that takes; where nothing is to be done, nobody waits. It needs a direct connection: through a
// pooler neither the lock nor the schema would be its own.
func (d *Database) Migrate(ctx context.Context) error {
	outdated, err := d.outdated(ctx)
	if err == nil && !outdated {
		outdated, err = d.unshared(ctx)
	}
	if err == nil && outdated {
		err = d.migrator(func(db *sql.DB, provider *goose.Provider) error { return d.migrate(ctx, db, provider) })
	}
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

func (d *Database) migrate(ctx context.Context, db *sql.DB, provider *goose.Provider) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	// The lock is the session's: it goes with the connection, however this ends.
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", d.schema); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_all()") //nolint:errcheck // see above
	if err := d.createSchema(ctx, conn); err != nil {
		return err
	}
	if err := d.checkSearchPath(ctx, conn); err != nil {
		return err
	}
	if _, err = provider.Up(ctx); err != nil {
		return err
	}
	return d.share(ctx)
}

// checkSearchPath makes sure that unqualified names mean our schema: a pooler may have dropped the setting, and the
// tables would end up among somebody else's.
func (d *Database) checkSearchPath(ctx context.Context, conn *sql.Conn) error {
	var current sql.NullString
	if err := conn.QueryRowContext(ctx, "SELECT current_schema()").Scan(&current); err != nil {
		return err
	}
	if current.String != d.schema {
		return fmt.Errorf("the connection is in the schema %q, not in %q: give migrate a direct connection, not a pooler's",
			current.String, d.schema)
	}
	return nil
}

// createSchema looks before it creates, since IF NOT EXISTS asks for the right to create all the same.
func (d *Database) createSchema(ctx context.Context, conn *sql.Conn) error {
	var found bool
	err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", d.schema).Scan(&found)
	if err != nil || found {
		return err
	}
	_, err = conn.ExecContext(ctx, "CREATE SCHEMA "+pgx.Identifier{d.schema}.Sanitize())
	return err
}

// outdated asks by qualified names, on any connection. goose itself would create its table.
func (d *Database) outdated(ctx context.Context) (bool, error) {
	table := pgx.Identifier{d.schema, goose.DefaultTablename}.Sanitize()
	var missing bool
	err := d.pool.QueryRow(ctx, "SELECT to_regclass($1) IS NULL", table).Scan(&missing)
	if err != nil || missing {
		return missing, err
	}
	rows, err := d.pool.Query(ctx, "SELECT version_id FROM "+table+" WHERE is_applied")
	if err != nil {
		return false, err
	}
	applied, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return false, err
	}
	wanted, err := versions()
	return slices.ContainsFunc(wanted, func(v int64) bool { return !slices.Contains(applied, v) }), err
}

// versions returns the numbers of this program's migrations.
func versions() ([]int64, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	all := make([]int64, len(names))
	for i, name := range names {
		if all[i], err = goose.NumericComponent(name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// migrator hands f connections of their own, on which unqualified names mean our schema.
func (d *Database) migrator(f func(*sql.DB, *goose.Provider) error) error {
	config := d.pool.Config().ConnConfig
	config.RuntimeParams["search_path"] = d.schema
	db := stdlib.OpenDB(*config)
	defer db.Close()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return err
	}
	return f(db, provider)
}
