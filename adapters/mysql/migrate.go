package mysql

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pressly/goose/v3"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrOutdated says that the database's schema is older than this program.
var ErrOutdated = errors.New("the database's schema is not up to date: run `vidaplus-auth migrate`, " +
	"or set MIGRATE_ON_START=true")

// CheckMigrated returns ErrOutdated unless every migration of this program has been applied, and an error if the server
// cannot keep the stores' promises. A schema that is newer than the program is fine: migrations only add, so that two
// versions can run side by side.
func (d *Database) CheckMigrated(ctx context.Context) error {
	if err := d.checkServer(ctx); err != nil {
		return err
	}
	return d.migrator(func(_ *sql.DB, provider *goose.Provider) error {
		outdated, err := d.outdated(ctx, provider)
		if err == nil && outdated {
			return ErrOutdated
		}
		return err
	})
}

// Migrate brings the schema up to date. Of several replicas that start at once one does it and the others wait for
// exactly as long as that takes; where nothing is to be done, nobody waits. A migration that was cut off is made anew:
// the server commits each statement of it by itself.
func (d *Database) Migrate(ctx context.Context) error {
	if err := d.checkServer(ctx); err != nil {
		return err
	}
	return d.migrator(func(conns *sql.DB, provider *goose.Provider) error {
		outdated, err := d.outdated(ctx, provider)
		if err == nil && outdated {
			err = migrate(ctx, conns, provider)
		}
		if err != nil {
			return fmt.Errorf("migrate the database: %w", err)
		}
		return nil
	})
}

// lockName is the database's own: the server has one set of locks for all of them.
const lockName = "CONCAT('vidaplus-auth ', MD5(DATABASE()))"

func migrate(ctx context.Context, conns *sql.DB, provider *goose.Provider) error {
	conn, err := conns.Conn(ctx)
	if err != nil {
		return err
	}
	// The lock is the connection's: it goes with it, however this ends.
	defer conn.Close()
	var taken sql.NullBool
	for again := true; again; again = classify(err) == gormstore.Conflict {
		err = conn.QueryRowContext(ctx, "SELECT GET_LOCK("+lockName+", 3600)").Scan(&taken)
	}
	if err != nil {
		return err
	}
	if !taken.Bool {
		return errors.New("another replica has been migrating for an hour")
	}
	// The server takes its time to notice that a connection is gone.
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK("+lockName+")") //nolint:errcheck // see above
	_, err = provider.Up(ctx)
	return err
}

// applied is asked without goose, which would create its table.
const applied = "SELECT version_id FROM " + goose.DefaultTablename + " WHERE is_applied"

func (d *Database) outdated(ctx context.Context, provider *goose.Provider) (bool, error) {
	rows, err := d.conns.QueryContext(ctx, applied)
	if number(err) == noSuchTable {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at the schema's version: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err has told by then
	var versions []int64
	for rows.Next() {
		var version int64
		if err := rows.Scan(&version); err != nil {
			return false, err
		}
		versions = append(versions, version)
	}
	return slices.ContainsFunc(provider.ListSources(), func(s *goose.Source) bool {
		return !slices.Contains(versions, s.Version)
	}), rows.Err()
}

// migrator hands f connections of its own, which are more than the pool may have.
func (d *Database) migrator(f func(*sql.DB, *goose.Provider) error) error {
	conns := sql.OpenDB(d.connector)
	defer conns.Close()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectMySQL, conns, files)
	if err != nil {
		return err
	}
	return f(conns, provider)
}
