package postgres_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

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

func nameOf(t *testing.T, given string) string {
	t.Helper()
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path[1:]
}

// as returns the URL for another user of the same server.
func as(t *testing.T, given, user string) string {
	t.Helper()
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(user)
	return u.String()
}

func TestMigrate_QuotesTheSchemasName(t *testing.T) {
	url := pg.Database(t)
	for _, schema := range []string{"user", "all", "select", "a_1", "_"} {
		engine.RoundTrip(t, migrated(t, url, schema))
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
	engine.RoundTrip(t, one)
	engine.RoundTrip(t, two)
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
	engine.RoundTrip(t, migrated(t, as(t, server.URL(), "service"), "vidaplus_auth"))
	execute(t, server.URL(),
		"CREATE ROLE clerk LOGIN", "GRANT CONNECT ON DATABASE postgres TO clerk", "GRANT USAGE ON SCHEMA vidaplus_auth TO clerk",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA vidaplus_auth TO clerk",
	)
	clerk := opened(t, as(t, server.URL(), "clerk"), "vidaplus_auth")
	if err := clerk.CheckMigrated(t.Context()); err != nil {
		t.Errorf("somebody who may not change the schema: %v", err)
	}
	engine.RoundTrip(t, clerk)
}
