package postgres_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// opened returns the database at url. Nothing is migrated.
func opened(t *testing.T, url, schema string) *postgres.Database {
	t.Helper()
	db, err := postgres.Open(t.Context(), domain.NewSecret(url), schema, 4, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func migrated(t *testing.T, url, schema string) *postgres.Database {
	t.Helper()
	db := opened(t, url, schema)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// rows runs a query of one text column.
func rows(t *testing.T, url, query string, args ...any) []string {
	t.Helper()
	conn := connected(t, url)
	found, err := conn.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func connected(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

func execute(t *testing.T, url string, statements ...string) {
	t.Helper()
	conn := connected(t, url)
	for _, statement := range statements {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// everything lists all that is in the database: columns, and the versions that were applied with when that was.
func everything(t *testing.T, url, schema string) []string {
	t.Helper()
	versions := pgx.Identifier{schema, "goose_db_version"}.Sanitize()
	return slices.Concat(
		rows(t, url, `SELECT concat_ws(' ', table_schema, table_name, column_name, data_type) FROM information_schema.columns
			WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`),
		rows(t, url, `SELECT concat_ws(' ', schemaname, indexname, indexdef) FROM pg_indexes
			WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`),
		rows(t, url, "SELECT concat_ws(' ', id, version_id, is_applied, tstamp) FROM "+versions+" ORDER BY 1"),
	)
}

func TestMigrate_ASecondTimeChangesNothing(t *testing.T) {
	url := pg.Database(t)
	db := migrated(t, url, "vidaplus_auth")
	before := everything(t, url, "vidaplus_auth")
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	migrated(t, url, "vidaplus_auth")
	if after := everything(t, url, "vidaplus_auth"); !slices.Equal(before, after) {
		t.Errorf("the database was\n%q and is now\n%q", before, after)
	}
}

func TestMigrate_ManyAtOnceAllSucceedAndNobodyWaitsLong(t *testing.T) {
	url := pg.Database(t)
	began := time.Now()
	var all sync.WaitGroup
	for range 8 {
		db := opened(t, url, "vidaplus_auth")
		all.Go(func() {
			if err := db.Migrate(t.Context()); err != nil {
				t.Errorf("migrate: %v", err)
			}
			if err := db.CheckMigrated(t.Context()); err != nil {
				t.Errorf("straight afterwards: %v", err)
			}
		})
	}
	all.Wait()
	// A lock that is tried for in intervals of seconds takes longer than that.
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	} else {
		t.Logf("it took %v", took.Round(time.Millisecond))
	}
}

func TestMigrate_DoesNotWaitForSomebodyElsesWhereNothingIsToBeDone(t *testing.T) {
	url := pg.Database(t)
	db := migrated(t, url, "vidaplus_auth")
	holder := connected(t, url)
	if _, err := holder.Exec(t.Context(), "SELECT pg_advisory_lock(hashtextextended('vidaplus_auth', 0))"); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCheckMigrated_AsksForMigrationsThatAreMissingAndForNothingElse(t *testing.T) {
	url := pg.Database(t)
	db := opened(t, url, "vidaplus_auth")
	if err := db.CheckMigrated(t.Context()); !errors.Is(err, postgres.ErrOutdated) {
		t.Errorf("an empty database: %v, want %v", err, postgres.ErrOutdated)
	}
	if left := rows(t, url, "SELECT nspname::text FROM pg_namespace WHERE nspname = 'vidaplus_auth'"); len(left) > 0 {
		t.Error("looking at the version made the schema")
	}
	migrated(t, url, "vidaplus_auth")
	if err := db.CheckMigrated(t.Context()); err != nil {
		t.Errorf("a migrated database: %v", err)
	}
	execute(t, url, "INSERT INTO vidaplus_auth.goose_db_version (version_id, is_applied) VALUES (900, true)")
	if err := db.CheckMigrated(t.Context()); err != nil {
		t.Errorf("a database of a newer version: %v", err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Errorf("migrating a database of a newer version: %v", err)
	}
	execute(t, url, "DELETE FROM vidaplus_auth.goose_db_version WHERE version_id = 1")
	if err := db.CheckMigrated(t.Context()); err == nil {
		t.Error("a database that lacks the first migration was found to be up to date")
	}
}

func TestMigrate_QuotesTheSchemasName(t *testing.T) {
	url := pg.Database(t)
	for _, schema := range []string{"user", "all", "select", "a_1", "_"} {
		roundTrip(t, migrated(t, url, schema))
	}
	if left := rows(t, url, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"); len(left) > 0 {
		t.Errorf("the schema public now has %q", left)
	}
}

func TestMigrate_SharesADatabaseWithTablesOfTheSameNames(t *testing.T) {
	url := pg.Database(t)
	execute(t, url,
		"CREATE TABLE users (id serial PRIMARY KEY, nome text)", "INSERT INTO users (nome) VALUES ('Ana')",
		"CREATE TABLE sessions (x int)", "CREATE TABLE untracked_cutoffs (x int)", "CREATE TABLE goose_db_version (x int)",
		"CREATE SCHEMA app", "CREATE TABLE app.users (y int)",
	)
	query := `SELECT concat_ws(' ', table_schema, table_name, column_name, data_type) FROM information_schema.columns
		WHERE table_schema IN ('public', 'app') ORDER BY 1`
	before := rows(t, url, query)
	one, two := migrated(t, url, "vidaplus_auth"), migrated(t, url, "vidaplus_auth_too")
	roundTrip(t, one)
	roundTrip(t, two)
	if after := rows(t, url, query); !slices.Equal(before, after) {
		t.Errorf("the tables of others were\n%q and are now\n%q", before, after)
	}
	if names := rows(t, url, "SELECT nome FROM users"); !slices.Equal(names, []string{"Ana"}) {
		t.Errorf("the rows of others are now %q", names)
	}
}

func TestMigrate_NeedsNoRightButOnItsSchema(t *testing.T) {
	server := pg.Start(t)
	execute(t, server.URL(),
		"CREATE ROLE service LOGIN", "CREATE SCHEMA vidaplus_auth AUTHORIZATION service",
		"REVOKE ALL ON DATABASE postgres FROM PUBLIC", "GRANT CONNECT ON DATABASE postgres TO service",
		"REVOKE ALL ON SCHEMA public FROM PUBLIC",
	)
	roundTrip(t, migrated(t, as(t, server.URL(), "service"), "vidaplus_auth"))
	execute(t, server.URL(),
		"CREATE ROLE clerk LOGIN", "GRANT CONNECT ON DATABASE postgres TO clerk", "GRANT USAGE ON SCHEMA vidaplus_auth TO clerk",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA vidaplus_auth TO clerk",
	)
	clerk := opened(t, as(t, server.URL(), "clerk"), "vidaplus_auth")
	if err := clerk.CheckMigrated(t.Context()); err != nil {
		t.Errorf("somebody who may not change the schema: %v", err)
	}
	roundTrip(t, clerk)
}
