package pg

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long a server may take for what a test cannot go on without.
const patience = time.Minute

// Database returns the postgres:// URL of a new, empty database that no other test sees. It is dropped when the test
// ends, whoever is still connected. With -short the test is skipped, without a server to be found it fails.
func Database(t testing.TB) string {
	t.Helper()
	skipIfShort(t)
	ctx := context.WithoutCancel(t.Context())
	server, err := serverURL(ctx)
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	// template0, since template1 may have been filled by whoever owns the server.
	if err := execute(ctx, server.String(), "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatalf("creating a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := execute(ctx, server.String(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return server.JoinPath("..", name).String()
}

// skipIfShort is the one lawful skip of the project.
func skipIfShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: tests on PostgreSQL are left out")
	}
}

// serverURL returns the URL of a database on the server that this process's tests share.
func serverURL(ctx context.Context) (*url.URL, error) {
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		return parseServerURL(given)
	}
	shared.once.Do(func() { shared.cluster, shared.err = newCluster(ctx) })
	if shared.err != nil {
		return nil, shared.err
	}
	return shared.cluster.url(), nil
}

var shared struct {
	once    sync.Once
	cluster *cluster
	err     error
}

func parseServerURL(given string) (*url.URL, error) {
	u, err := url.Parse(given)
	// The parser's own error would print the URL and with it the password.
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") || strings.Trim(u.Path, "/") == "" {
		return nil, fmt.Errorf("TEST_DATABASE_URL must look like postgres://user:password@host:port/database")
	}
	return u, nil
}

func execute(ctx context.Context, server, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // the statement's outcome is what counts
	_, err = conn.Exec(ctx, statement)
	return err
}
