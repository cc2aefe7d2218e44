package sqlite

import (
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// Module provides the gormstore.Engine. The schema is migrated before anybody uses it.
var Module = fx.Module("sqlite", fx.Provide(open))

func open(life fx.Lifecycle, c configs.Config) (gormstore.Engine, error) {
	db, err := Open(c.Database().Path, c.StoreTimeout)
	if err != nil {
		return gormstore.Engine{}, err
	}
	life.Append(fx.Hook{OnStart: db.Migrate, OnStop: db.Close})
	return db.Engine(), nil
}
