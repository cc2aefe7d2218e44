package uuidv7

import (
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// Module provides ports.IDs.
var Module = fx.Module("uuidv7", fx.Provide(func() ports.IDs { return IDs{} }))
