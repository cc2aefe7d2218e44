package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// patienceOfOthers bounds how long the platform, whose writers queue behind us, may be held up for a lock.
const patienceOfOthers = "5s"

// indexes of the platform's table: by the id as text, which every refresh asks for, and by the folded address. A schema
// has its own, so that two of ours can share with one table. PostgreSQL would cut a longer name short, and take one index
// for the other.
func (d *Database) indexes() map[string]string {
	prefix := d.schema[:min(len(d.schema), 40)]
	return map[string]string{
		prefix + "_users_id":           `(id::text COLLATE "C")`,
		prefix + "_users_email_folded": "(" + fmt.Sprintf(folding, "email") + ")",
	}
}

// index makes what is missing. On a large table an operator makes the indexes before, by name and CONCURRENTLY, so that
// nobody waits; that cannot be done here, where replicas wait for each other.
func (d *Database) index(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, "SET LOCAL lock_timeout = '"+patienceOfOthers+"'"); err != nil {
		return err
	}
	for name, expression := range d.indexes() {
		found, err := d.indexed(ctx, tx, name)
		if err != nil {
			return err
		}
		if found {
			continue
		}
		statement := "CREATE INDEX " + pgx.Identifier{name}.Sanitize() + " ON " + d.theirs() + " (" + expression + ")"
		if _, err := tx.Exec(ctx, statement); err != nil {
			return indexing(err, statement)
		}
	}
	return nil
}

// indexed reports whether their table has an index of this name that can be used.
func (d *Database) indexed(ctx context.Context, tx pgx.Tx, name string) (found bool, err error) {
	schema, _, _ := strings.Cut(d.shared, ".")
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_index
		WHERE indexrelid = to_regclass($1) AND indrelid = to_regclass($2) AND indisvalid)`,
		pgx.Identifier{schema, name}.Sanitize(), d.theirs()).Scan(&found)
	return found, err
}

func indexing(err error, statement string) error {
	if said, ok := errors.AsType[*pgconn.PgError](err); ok && said.Code == "42501" {
		return fmt.Errorf("only the table's owner can make an index that is missing: %s", statement)
	}
	return err
}
