package argon2

import (
	"runtime"

	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// waitingPerCore bounds how long the last in the queue waits: at the default cost a few seconds.
const waitingPerCore = 16

// Module provides ports.PasswordHasher and the *PasswordHasher that it is. It hashes for as many callers at once as it
// takes to use all cores: one hash is spread over as many as it has threads. More at once would be no faster, and take
// more memory and time from others.
var Module = fx.Module("argon2", fx.Provide(hasher, func(h *PasswordHasher) ports.PasswordHasher { return h }))

func hasher(c configs.Config) (*PasswordHasher, error) {
	// Read again, not taken over: a hash with parameters that this package does not read could never be checked.
	params, err := ParseParams(c.PasswordHash.String())
	if err != nil {
		return nil, err
	}
	cores := runtime.GOMAXPROCS(0)
	atOnce := max(1, cores/int(params.Threads))
	hasher := NewPasswordHasher(params, atOnce, cores*waitingPerCore)
	hasher.room = newRoom(cores, atOnce*int(params.Threads))
	return hasher, nil
}
