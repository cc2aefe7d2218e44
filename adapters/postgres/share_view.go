package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// view makes the view. It is one that PostgreSQL updates by itself, which keeps what the stores rely on: a condition is
// looked at again after waiting for a row, and a lock is taken on the row below. So every column that is written stands
// there as it is. Only ids, folded addresses and instants are computed.
func (d *Database) view(ctx context.Context, tx pgx.Tx) error {
	created, err := d.created(ctx, tx)
	if err != nil {
		return err
	}
	for _, statement := range []string{
		fmt.Sprintf("ALTER TABLE %s RENAME TO own_users", d.ours("users")),
		fmt.Sprintf(`CREATE VIEW %s AS SELECT id::text COLLATE "C" AS id, email, %s AS email_folded, nome AS name,
			senha AS password_hash, is_superuser AS admin, is_active AS enabled, %s AS created_at FROM %s`,
			d.ours("users"), fmt.Sprintf(folding, "email"), created, d.theirs()),
	} {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// created reads their created_at. One without a zone is read with the database's, as it was written, and not with what
// a later connection may have set.
func (d *Database) created(ctx context.Context, tx pgx.Tx) (string, error) {
	var zoned bool
	var zone string
	err := tx.QueryRow(ctx, `
		SELECT coalesce((SELECT atttypid = 'timestamptz'::regtype FROM pg_attribute
			WHERE attrelid = to_regclass($1) AND attname = 'created_at' AND NOT attisdropped), FALSE),
			current_setting('TimeZone')`, d.theirs()).Scan(&zoned, &zone)
	if err != nil || zoned {
		return "created_at", err
	}
	return "created_at AT TIME ZONE '" + strings.ReplaceAll(zone, "'", "''") + "'", nil
}
