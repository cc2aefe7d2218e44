package zxcvbn

import (
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// Module provides ports.CommonPasswords.
var Module = fx.Module("zxcvbn", fx.Provide(func() ports.CommonPasswords { return CommonPasswords{} }))
