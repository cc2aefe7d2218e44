package jwtsign

import (
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Module provides ports.TokenSigner and ports.KeyRing over the configured keys.
var Module = fx.Module("jwtsign", fx.Provide(
	func(c configs.Config, policy domain.Policy, now ports.Clock) (*Signer, error) {
		return Open(Settings{
			Algorithm: c.Algorithm, Secret: c.SecretKey, Previous: c.PreviousSecretKeys, Folder: c.SigningKeysDir,
		}, policy, now)
	},
	func(s *Signer) ports.TokenSigner { return s },
	func(s *Signer) ports.KeyRing { return s },
))
