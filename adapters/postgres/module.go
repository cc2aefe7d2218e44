package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// Module provides the gormstore.Engine. It needs a pgx.QueryTracer, nil where nobody follows statements. Before anybody uses it, the schema is migrated if the configuration says so,
// and found to be up to date otherwise.
var Module = fx.Module("postgres", fx.Provide(open))

func open(ctx context.Context, life fx.Lifecycle, c configs.Config, tracer pgx.QueryTracer) (gormstore.Engine, error) {
	db, err := OpenTraced(ctx, c.Database().URL, c.DatabaseSchema, c.DatabaseMaxConns, c.StoreTimeout, tracer)
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
