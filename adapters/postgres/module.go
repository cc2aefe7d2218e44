package postgres

import (
	"context"

	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// Module provides the gormstore.Engine. Before anybody uses it, the schema is migrated if the configuration says so,
// and found to be up to date otherwise.
var Module = fx.Module("postgres", fx.Provide(open))

func open(ctx context.Context, life fx.Lifecycle, c configs.Config) (gormstore.Engine, error) {
	db, err := Open(ctx, c.Database().URL, c.DatabaseSchema, c.DatabaseMaxConns, c.StoreTimeout)
	if err != nil {
		return gormstore.Engine{}, err
	}
	db.Share(c.UsersFrom)
	prepare := db.CheckMigrated
	if c.MigrateOnStart {
		prepare = db.Migrate
	}
	life.Append(fx.Hook{OnStart: prepare, OnStop: func(context.Context) error {
		db.Close()
		return nil
	}})
	return db.Engine(), nil
}
