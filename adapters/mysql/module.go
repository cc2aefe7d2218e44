package mysql

import (
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// Module provides the gormstore.Engine. Before anybody uses it, the schema is migrated if the configuration says so,
// and found to be up to date otherwise.
var Module = fx.Module("mysql", fx.Provide(open))

func open(life fx.Lifecycle, c configs.Config) (gormstore.Engine, error) {
	db, err := Open(c.Database().URL, c.DatabaseMaxConns, c.StoreTimeout)
	if err != nil {
		return gormstore.Engine{}, err
	}
	prepare := db.CheckMigrated
	if c.MigrateOnStart {
		prepare = db.Migrate
	}
	life.Append(fx.Hook{OnStart: prepare, OnStop: db.Close})
	return db.Engine(), nil
}
