package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestClassify_GoesByWhatTheServerSays(t *testing.T) {
	kinds := map[gormstore.Kind][]string{
		gormstore.Conflict: {
			"40001", // serialization failure
			"40P01", // deadlock detected
			"40003", // statement completion unknown
		},
		gormstore.Unavailable: {
			"08000", "08006", "08P01", // connection failures
			"25006",          // read-only transaction: a standby
			"28P01", "3D000", // wrong password, no such database
			"53100", "53200", "53300", // disk full, out of memory, too many connections
			"55P03", "55006", // lock not available, object in use
			"57014", "57P01", "57P02", "57P03", "57P05", // cancelled, shutting down, crashed, starting up, idle too long
			"58000", "58030", // system error, I/O error
			"XX000", "XX001", // internal error, data corrupted
			"", "4", // from something that is no PostgreSQL
		},
		gormstore.Bug: {
			"0A000",          // feature not supported
			"21000",          // more than one row
			"22021", "22001", // byte that is no text, too long
			"23502", "23505", // not null, unique
			"42601", "42703", "42P01", "42501", // syntax, no such column, no such table, no right
		},
	}
	for want, codes := range kinds {
		for _, code := range codes {
			err := fmt.Errorf("query: %w", &pgconn.PgError{Code: code})
			if got := classify(err); got != want {
				t.Errorf("SQLSTATE %q is of kind %d, want %d", code, got, want)
			}
		}
	}
}

func TestClassify_WithoutAWordOfTheServersItIsTheConnection(t *testing.T) {
	for _, err := range []error{
		io.ErrUnexpectedEOF, context.DeadlineExceeded, errReadOnly, errors.New("closed pool"), &pgconn.ConnectError{},
	} {
		if got := classify(err); got != gormstore.Unavailable {
			t.Errorf("%v is of kind %d, want %d", err, got, gormstore.Unavailable)
		}
	}
}

func TestGaveUp_KnowsTheWarningInEveryLanguage(t *testing.T) {
	for _, n := range []pgconn.Notice{
		{Code: "01000", Message: "canceling wait for synchronous replication due to user request", Routine: "SyncRepWaitForLSN"},
		{Code: "01000", Message: "cancelando espera por replicação síncrona", Routine: "SyncRepWaitForLSN"},
		{Code: "01000", Message: "canceling wait for synchronous replication due to user request"},
		{Code: "57P01", Message: "canceling the wait for synchronous replication and terminating connection"},
	} {
		if !gaveUp(&n) {
			t.Errorf("%q is taken for another notice", n.Message)
		}
	}
	if gaveUp(&pgconn.Notice{Code: "01000", Message: "there is no transaction in progress", Routine: "EndTransactionBlock"}) {
		t.Error("any warning makes an outcome unknown")
	}
}

func TestOpen_SharesTheTimeOfConnectingAmongTheHosts(t *testing.T) {
	for url, want := range map[string]time.Duration{
		"postgres://a/db": 6 * time.Second,
		"postgres://a,b,c/db?target_session_attrs=read-write":                   2 * time.Second,
		"postgres://a:1,a:2/db?sslmode=disable":                                 3 * time.Second,
		"postgres://a,b,c/db?target_session_attrs=read-write&connect_timeout=5": 5 * time.Second,
	} {
		db, err := Open(t.Context(), domain.NewSecret(url), "vidaplus_auth", 1, 6*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if got := db.pool.Config().ConnConfig.ConnectTimeout; got != want {
			t.Errorf("%s: a host has %v, want %v", url, got, want)
		}
		db.Close()
	}
}
