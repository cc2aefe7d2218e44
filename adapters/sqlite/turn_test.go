package sqlite_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func TestTurnKeepsTheContractWithinOneProcess(t *testing.T) {
	turn := gormstore.NewTurn(open(t).Engine())
	contract.Turn(t, turn, turn)
}
