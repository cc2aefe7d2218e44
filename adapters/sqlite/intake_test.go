package sqlite_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func TestUserIntakeKeepsTheContract(t *testing.T) {
	contract.UserIntake(t, func(t *testing.T) (contract.Storage, ports.UserIntake) {
		e := open(t).Engine()
		return storage(e), gormstore.NewUserIntake(e)
	})
}
