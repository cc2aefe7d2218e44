package mariadb

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

// patience is how long a server may take for what a test cannot go on without.
const patience = time.Minute

// Database returns the mysql:// URL of a new, empty database that no other test sees. It is dropped when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	return database(t, serverURL)
}

// Throwaway is Database on the throw-away server, whatever TEST_MYSQL_URL says, for tests of what MariaDB alone does.
func Throwaway(t testing.TB) string {
	t.Helper()
	return database(t, throwawayURL)
}

func database(t testing.TB, serverURL func(context.Context) (*url.URL, error)) string {
	t.Helper()
	skipUnlessWanted(t)
	ctx := context.WithoutCancel(t.Context())
	server, err := serverURL(ctx)
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if err := execute(ctx, server, "CREATE DATABASE "+name); err != nil {
		t.Fatalf("creating a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := execute(ctx, server, "DROP DATABASE "+name); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return server.JoinPath("..", name).String()
}

// Connect returns connections of somebody else's to the database at url, which go when the test ends.
func Connect(t testing.TB, database string) *sql.DB {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	db, err := open(u)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// skipUnlessWanted leaves the tests out with -short and, for a developer, where there is no server.
func skipUnlessWanted(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: tests on MariaDB are left out")
	}
	_, err := find("mariadbd")
	if err != nil && os.Getenv("TEST_MYSQL_URL") == "" && os.Getenv("CI") == "" {
		t.Skip(err)
	}
}

var shared struct {
	once   sync.Once
	server *server
	err    error
}

// serverURL returns the URL of a database on the server that this process's tests share.
func serverURL(ctx context.Context) (*url.URL, error) {
	if given := os.Getenv("TEST_MYSQL_URL"); given != "" {
		u, err := url.Parse(given)
		// The parser's own error would print the URL and with it the password.
		if err != nil || u.Scheme != "mysql" || strings.Trim(u.Path, "/") == "" {
			return nil, errors.New("TEST_MYSQL_URL must look like mysql://user:password@host:port/database")
		}
		return u, nil
	}
	return throwawayURL(ctx)
}

func throwawayURL(ctx context.Context) (*url.URL, error) {
	shared.once.Do(func() { shared.server, shared.err = newServer(ctx) })
	if shared.err != nil {
		return nil, shared.err
	}
	return shared.server.url(), nil
}

func open(u *url.URL) (*sql.DB, error) {
	c := mysql.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net, c.Addr = "tcp", net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "3306"))
	c.DBName = strings.Trim(u.Path, "/")
	c.ParseTime, c.InterpolateParams, c.Logger = true, true, &mysql.NopLogger{}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func execute(ctx context.Context, server *url.URL, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	db, err := open(server)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}
