package argon2

import (
	"runtime"

	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// waitingPerCore bounds how long the last in the queue waits: at the default cost a few seconds.
const waitingPerCore = 16

// Module provides ports.PasswordHasher, which hashes for as many callers at once as there are cores.
var Module = fx.Module("argon2", fx.Provide(func(c configs.Config) ports.PasswordHasher {
	cores := runtime.GOMAXPROCS(0)
	return NewPasswordHasher(Params(c.PasswordHash), cores, cores*waitingPerCore)
}))
