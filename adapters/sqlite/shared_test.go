package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
)

// The service and a command are two processes with one file: what one decides the other has to see, and neither may be
// turned away because the other writes.
func TestStoresKeepTheContract_InAFileThatTwoHaveOpened(t *testing.T) {
	t.Parallel()
	contract.Stores(t, func(t *testing.T) contract.Storage {
		path := filepath.Join(t.TempDir(), "vidaplus.db")
		service, command := engine.Stores(openAt(t, path).Engine()), engine.Stores(openAt(t, path).Engine())
		return contract.Storage{
			Sessions: service.Sessions, Users: service.Users,
			SessionRegister: command.SessionRegister, UserRegister: command.UserRegister,
			Attempts: service.Attempts, Events: command.Events,
		}
	})
}
