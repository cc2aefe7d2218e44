package memory_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/model"
)

func TestStoresAnswerAsTheModelDoes(t *testing.T) {
	model.Rotation(t, func(*testing.T) contract.Storage {
		s := memory.New()
		return contract.Storage{
			Sessions:        memory.NewSessionStore(s),
			SessionRegister: memory.NewSessionRegister(s),
			Users:           memory.NewUserStore(s),
			UserRegister:    memory.NewUserRegister(s),
		}
	})
}
