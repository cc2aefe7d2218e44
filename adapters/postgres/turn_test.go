package postgres_test

import (
	"context"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func TestTurnKeepsTheContractThroughPgBouncer(t *testing.T) {
	direct := pg.Database(t)
	migrated(t, direct, "vidaplus_auth")
	url := pooled(t, direct)
	contract.Turn(t, gormstore.NewTurn(opened(t, url, "vidaplus_auth").Engine()), gormstore.NewTurn(opened(t, url, "vidaplus_auth").Engine()))
}

func TestTurn_OfTwoSchemasAreTwo(t *testing.T) {
	url := pg.Database(t)
	one, other := gormstore.NewTurn(opened(t, url, "one").Engine()), gormstore.NewTurn(opened(t, url, "other").Engine())
	both := false
	_, err := one.Take(t.Context(), func(ctx context.Context) (err error) {
		both, err = other.Take(ctx, func(context.Context) error { return nil })
		return err
	})
	if err != nil || !both {
		t.Errorf("the turn of another schema: taken=%v, %v", both, err)
	}
}

// A transaction that lasts for hours must keep no dead row from being cleared away.
func TestTurn_HoldsNoVacuumUpAndOutlivesTimeOutsOfIdleTransactions(t *testing.T) {
	url := pg.Database(t)
	execute(t, url, "ALTER DATABASE "+nameOf(t, url)+" SET idle_in_transaction_session_timeout = '100ms'")
	turn := gormstore.NewTurn(opened(t, url, "vidaplus_auth").Engine())
	taken, err := turn.Take(t.Context(), func(context.Context) error {
		execute(t, url, "SELECT pg_sleep(0.5)")
		held := rows(t, url, `SELECT (backend_xmin IS NULL AND backend_xid IS NULL)::text FROM pg_stat_activity
			WHERE datname = current_database() AND state = 'idle in transaction'`)
		if len(held) != 1 || held[0] != "true" {
			t.Errorf("the transactions that wait, and whether they hold nothing, are %v, want one that does", held)
		}
		return nil
	})
	if !taken || err != nil {
		t.Errorf("taken=%v, %v", taken, err)
	}
}

func TestTurn_EndsWithTheConnectionOfItsHolder(t *testing.T) {
	url := pg.Database(t)
	one, other := gormstore.NewTurn(opened(t, url, "vidaplus_auth").Engine()), gormstore.NewTurn(opened(t, url, "vidaplus_auth").Engine())
	taken := false
	_, err := one.Take(t.Context(), func(ctx context.Context) (err error) {
		execute(t, url, `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
			WHERE datname = current_database() AND state = 'idle in transaction'`)
		taken, err = other.Take(ctx, func(context.Context) error { return nil })
		return err
	})
	if err != nil || !taken {
		t.Errorf("after the holder's connection is gone: taken=%v, %v", taken, err)
	}
}
