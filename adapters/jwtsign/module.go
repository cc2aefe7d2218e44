package jwtsign

import (
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Module provides ports.TokenSigner with the configured keys.
var Module = fx.Module("jwtsign", fx.Provide(func(c configs.Config) ports.TokenSigner {
	return New(c.SecretKey, c.PreviousSecretKeys)
}))
