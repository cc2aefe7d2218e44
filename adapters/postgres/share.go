package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

// folding is how the view folds an address: by Unicode, whatever the database's locale, with one %s for the address.
const folding = `lower(%s::text COLLATE pg_catalog."und-x-icu") COLLATE "C"`

// Share makes the accounts those of another table of the database, SCHEMA.TABLE, or our own if it is empty. It is called
// before anything else is done with d, and connects to nothing: Migrate makes the view, CheckMigrated asks for it.
func (d *Database) Share(table string) {
	d.shared = table
	if table != "" {
		d.engine.Shared = gormstore.Shared{
			Table: table, Fold: fmt.Sprintf(folding, "?"), Bytewise: ` COLLATE "C"`, Unshare: d.unshare,
		}
	}
}

// sharing is whose accounts the schema has: what USERS_FROM would name, "" for our own.
func (d *Database) sharing(ctx context.Context) (string, error) {
	var table string
	err := d.pool.QueryRow(ctx, `
		SELECT coalesce((
			SELECT n.nspname || '.' || c.relname
			FROM pg_rewrite r
			JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
			JOIN pg_class c ON c.oid = d.refobjid AND c.oid <> r.ev_class
			JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE r.ev_class = to_regclass($1) LIMIT 1), '')`, d.ours("users")).Scan(&table)
	return table, err
}

// ours quotes a table of ours, with its schema.
func (d *Database) ours(table string) string { return pgx.Identifier{d.schema, table}.Sanitize() }

// unshared reports whether the view is still to be made, and refuses every other difference from the configuration.
func (d *Database) unshared(ctx context.Context) (bool, error) {
	found, err := d.sharing(ctx)
	switch {
	case err != nil || found == d.shared:
		return false, err
	case found == "":
		return true, nil
	case d.shared == "":
		return false, fmt.Errorf("the accounts are shared with %s: set USERS_FROM=%s, or run `vidaplus-auth users unshare` with it", found, found)
	default:
		return false, fmt.Errorf("the accounts are shared with %s, not with %s: set USERS_FROM=%s, or take another DATABASE_SCHEMA",
			found, d.shared, found)
	}
}

func (d *Database) checkSharing(ctx context.Context) error {
	missing, err := d.unshared(ctx)
	if err == nil && missing {
		return ErrOutdated
	}
	return err
}

// errOwnUsers keeps accounts of ours from being hidden behind somebody else's.
var errOwnUsers = errors.New("there are accounts in our own table, which USERS_FROM would hide: remove them, " +
	"or take another DATABASE_SCHEMA")

// share puts the view into the place of our own table, which is kept under another name, all or nothing. Whoever calls
// holds the lock of the migrations.
func (d *Database) share(ctx context.Context) error {
	missing, err := d.unshared(ctx)
	if err != nil || !missing {
		return err
	}
	tx, err := d.pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // after a commit there is nothing to undo
	for _, step := range []func(context.Context, pgx.Tx) error{d.checkTheirs, d.checkOwn, d.index, d.view} {
		if err := step(ctx, tx); err != nil {
			return fmt.Errorf("share the accounts of %s: %w", d.shared, err)
		}
	}
	return tx.Commit(ctx)
}

// theirs quotes the platform's table.
func (d *Database) theirs() string {
	schema, table, _ := strings.Cut(d.shared, ".")
	return pgx.Identifier{schema, table}.Sanitize()
}

// checkTheirs says early and plainly what would otherwise come out at the first login. A view asks for its owner's
// rights, not for those of whoever uses it.
func (d *Database) checkTheirs(ctx context.Context, tx pgx.Tx) error {
	var kind *string
	var rights bool
	err := tx.QueryRow(ctx, `
		SELECT (SELECT relkind::text FROM pg_class WHERE oid = t.oid), coalesce(has_table_privilege(t.oid, 'SELECT')
			AND has_table_privilege(t.oid, 'UPDATE'), FALSE)
		FROM (SELECT to_regclass($1)::oid AS oid) AS t`, d.theirs()).Scan(&kind, &rights)
	switch {
	case err != nil:
		return err
	case kind == nil || *kind != "r" && *kind != "p":
		return errors.New("there is no such table in this database")
	case !rights:
		return fmt.Errorf("the database's user may not use it: GRANT SELECT, UPDATE, DELETE ON %s", d.theirs())
	default:
		return nil
	}
}

func (d *Database) checkOwn(ctx context.Context, tx pgx.Tx) error {
	var held bool
	err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+d.ours("users")+")").Scan(&held)
	if err == nil && held {
		return errOwnUsers
	}
	return err
}
