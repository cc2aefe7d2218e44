package memory_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func TestTurnKeepsTheContract(t *testing.T) {
	storage := memory.New()
	contract.Turn(t, memory.NewTurn(storage), memory.NewTurn(storage))
}
