package memory_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/model"
)

func storage(*testing.T) contract.Storage {
	s := memory.New()
	return contract.Storage{
		Sessions:        memory.NewSessionStore(s),
		SessionRegister: memory.NewSessionRegister(s),
		Users:           memory.NewUserStore(s),
		UserRegister:    memory.NewUserRegister(s),
		Attempts:        memory.NewAttemptStore(s),
		Events:          memory.NewEventStore(s),
	}
}

func TestStoresKeepTheContract(t *testing.T) { contract.Stores(t, storage) }

func TestRotation_AgreesWithItsModel(t *testing.T) { model.Rotation(t, storage) }
