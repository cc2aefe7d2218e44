package postgres_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// server keeps its tables in a schema whose name wants quoting.
var server = engine.Server{
	Subject: engine.Subject{
		Place: pg.Database,
		Open: func(t *testing.T, url string, conns int, timeout time.Duration) engine.Database {
			return openedFor(t, url, "order", conns, timeout)
		},
		Connect: connect,
		Listing: []string{
			"SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' ORDER BY 1",
			`SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
				WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3`,
			`SELECT schemaname, indexname, indexdef FROM pg_indexes
				WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
		},
		Dialect: goose.DialectPostgres,
		Prepare: []string{`CREATE SCHEMA "order"`},
	},
	Start:         func(t *testing.T) engine.Machine { return pg.Start(t) },
	Outdated:      postgres.ErrOutdated,
	Unstorable:    "2.\x00",
	MigrationLock: "SELECT pg_advisory_lock(hashtextextended('order', 0))",
	Freeze:        "BEGIN; LOCK TABLE sessions IN EXCLUSIVE MODE",
	Thaw:          "ROLLBACK",
	Waiting:       "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
	Kill:          "SELECT pg_terminate_backend(%s)",
	Deadlocks:     "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
	Deadlocking: []string{
		"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''5s''', current_database()); END $$",
	},
	ReadOnly: []string{"ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"},
	Writable: []string{"ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()"},
	Ordinary: func(_ *testing.T, url string) string { return url },
}

func TestEngine_KeepsTheContract(t *testing.T) { engine.ServerContract(t, server) }

// connect returns connections that find the tables of server, and take several statements at once.
func connect(t *testing.T, url string) *sql.DB {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.RuntimeParams["search_path"] = `"order"`
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func openedFor(t *testing.T, url, schema string, conns int, timeout time.Duration) *postgres.Database {
	t.Helper()
	db, err := postgres.Open(t.Context(), domain.NewSecret(url), schema, conns, timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// opened returns the database at url. Nothing is migrated.
func opened(t *testing.T, url, schema string) *postgres.Database {
	t.Helper()
	return openedFor(t, url, schema, 4, engine.Patience)
}

func migrated(t *testing.T, url, schema string) *postgres.Database {
	t.Helper()
	db := opened(t, url, schema)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// impatient returns the migrated database at url with calls that wait for engine.Impatience only.
func impatient(t *testing.T, url string) *postgres.Database {
	t.Helper()
	migrated(t, url, "vidaplus_auth")
	return openedFor(t, url, "vidaplus_auth", 4, engine.Impatience)
}
