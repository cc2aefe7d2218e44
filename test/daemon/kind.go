package daemon

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Kind is a kind of database server. One of its servers is shared by all tests of a process that ask for a database.
type Kind struct {
	// Name is what people call it.
	Name string
	// Variable names the environment variable that may hold the URL of a server to be shared instead, whose user may create
	// databases. Schemes are how such a URL begins.
	Variable string
	Schemes  []string
	// Installed returns an error that says how to install the programs that it is started from. Where they are missing its
	// tests fail, or with Optional are left out unless CI is set.
	Installed func() error
	Optional  bool
	// Make makes a new server with settings of the test's own. It runs already.
	Make func(ctx context.Context, k *Kind, settings ...string) (*Server, error)
	// URL returns the URL of an empty database on such a server.
	URL func(*Server) *url.URL
	// Open prepares connections to a database.
	Open func(*url.URL) (*sql.DB, error)
	// Create and Drop, with a name for %s, create a database and drop it, whoever is connected.
	Create, Drop string
	// InOrder and AtOnce end a server.
	InOrder, AtOnce syscall.Signal

	once   sync.Once
	shared *Server
	err    error
}

// Database returns the URL of a new, empty database that no other test sees. It is dropped when the test ends, whoever is
// still connected.
func (k *Kind) Database(t testing.TB) string {
	t.Helper()
	return k.database(t, k.server)
}

// Throwaway is Database on the throw-away server, whatever Variable says.
func (k *Kind) Throwaway(t testing.TB) string {
	t.Helper()
	return k.database(t, k.throwaway)
}

func (k *Kind) database(t testing.TB, find func(context.Context) (*url.URL, error)) string {
	t.Helper()
	k.skipUnlessWanted(t)
	ctx := context.WithoutCancel(t.Context())
	server, err := find(ctx)
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if err := k.Execute(ctx, server, fmt.Sprintf(k.Create, name)); err != nil {
		t.Fatalf("creating a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := k.Execute(ctx, server, fmt.Sprintf(k.Drop, name)); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return server.JoinPath("..", name).String()
}

// Start starts a new, empty server that goes when the test ends. It is always a throw-away one, also where Variable is
// set: nobody wants that server killed.
func (k *Kind) Start(t testing.TB, settings ...string) *Machine {
	t.Helper()
	k.skipUnlessWanted(t)
	s, err := k.Make(context.WithoutCancel(t.Context()), k, settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Remove)
	return &Machine{t, s, k}
}

// Connect returns connections of somebody else's to the database at a URL, which go when the test ends.
func (k *Kind) Connect(t testing.TB, database string) *sql.DB {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	db, err := k.Open(u)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// skipUnlessWanted leaves the tests out with -short and, if they are optional, for a developer where there is no server.
func (k *Kind) skipUnlessWanted(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skipf("-short: tests on %s are left out", k.Name)
	}
	if err := k.Installed(); err != nil && k.Optional && os.Getenv(k.Variable) == "" && os.Getenv("CI") == "" {
		t.Skip(err)
	}
}

// server returns the URL of a database on the server that this process's tests share.
func (k *Kind) server(ctx context.Context) (*url.URL, error) {
	if given := os.Getenv(k.Variable); given != "" {
		u, err := url.Parse(given)
		// The parser's own error would print the URL and with it the password.
		if err != nil || !slices.Contains(k.Schemes, u.Scheme) || strings.Trim(u.Path, "/") == "" {
			return nil, fmt.Errorf("%s must look like %s://user:password@host:port/database", k.Variable, k.Schemes[0])
		}
		return u, nil
	}
	return k.throwaway(ctx)
}

func (k *Kind) throwaway(ctx context.Context) (*url.URL, error) {
	k.once.Do(func() { k.shared, k.err = k.Make(ctx, k) })
	if k.err != nil {
		return nil, k.err
	}
	return k.URL(k.shared), nil
}

// Execute executes a statement on a connection of its own.
func (k *Kind) Execute(ctx context.Context, database *url.URL, statement string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	db, err := k.Open(database)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}
