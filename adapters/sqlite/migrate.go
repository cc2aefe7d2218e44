package sqlite

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrationTries is how often a process looks again after another one, which started at the same moment, was faster.
const migrationTries = 10

// Migrate brings the schema up to date.
func (d *Database) Migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	conns, err := d.engine.DB.DB()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, conns, files)
	if err != nil {
		return err
	}
	if err := d.up(ctx, provider); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

// up needs no lock: each migration is a transaction, so of two processes that apply the same one the second fails, and
// then finds that it is applied.
func (d *Database) up(ctx context.Context, provider *goose.Provider) error {
	var err error
	for range migrationTries {
		if _, err = provider.Up(ctx); err == nil {
			return nil
		}
	}
	return err
}
