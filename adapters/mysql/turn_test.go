package mysql_test

import (
	"context"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

func TestTurnKeepsTheContractAmongReplicas(t *testing.T) {
	url := mariadb.Database(t)
	one, other := migrated(t, url), migrated(t, url)
	contract.Turn(t, gormstore.NewTurn(one.Engine()), gormstore.NewTurn(other.Engine()))
}

func TestTurn_OfTwoDatabasesAreTwo(t *testing.T) {
	one, other := gormstore.NewTurn(open(t).Engine()), gormstore.NewTurn(open(t).Engine())
	both := false
	_, err := one.Take(t.Context(), func(ctx context.Context) (err error) {
		both, err = other.Take(ctx, func(context.Context) error { return nil })
		return err
	})
	if err != nil || !both {
		t.Errorf("the turn of another database: taken=%v, %v", both, err)
	}
}
