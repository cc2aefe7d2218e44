package pg

import (
	"context"
	"database/sql"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // what database/sql calls pgx

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

// Server is a PostgreSQL server of one test's own.
type Server = daemon.Machine

// Database returns the postgres:// URL of a new, empty database that no other test sees. It is dropped when the test
// ends, whoever is still connected. With -short the test is skipped, without a server to be found it fails.
func Database(t testing.TB) string {
	t.Helper()
	return kind.Database(t)
}

// Start starts a new, empty server that goes when the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	return kind.Start(t)
}

var kind = &daemon.Kind{
	Name: "PostgreSQL", Variable: "TEST_DATABASE_URL", Schemes: []string{"postgres", "postgresql"},
	Installed: func() error {
		_, err := findBinaries()
		return err
	},
	Make: newServer, URL: address,
	Open: func(u *url.URL) (*sql.DB, error) { return sql.Open("pgx", u.String()) },
	// template0, since template1 may have been filled by whoever owns the server.
	Create: "CREATE DATABASE %s TEMPLATE template0", Drop: "DROP DATABASE %s WITH (FORCE)",
	InOrder: syscall.SIGINT, AtOnce: syscall.SIGQUIT,
}

// newServer starts a server, with extra settings as NAME=VALUE, which win over our own.
func newServer(ctx context.Context, kind *daemon.Kind, extra ...string) (*daemon.Server, error) {
	binaries, err := findBinaries()
	if err != nil {
		return nil, err
	}
	owner, err := serverOwner()
	if err != nil {
		return nil, err
	}
	s, err := daemon.NewServer("pg", owner, syscall.SIGQUIT)
	if err != nil {
		return nil, err
	}
	s.Command = func() *exec.Cmd { return exec.Command(filepath.Join(binaries, "postgres"), settings(s, extra)...) }
	s.Answers = func(ctx context.Context) error { return kind.Execute(ctx, address(s), "SELECT 1") }
	initdb := func(locale ...string) error {
		return s.Run(ctx, filepath.Join(binaries, "initdb"),
			append([]string{"-D", s.Data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"}, locale...)...)
	}
	// A linguistic collation, as production has it: where bytes are meant to order, "C" would hide a missing COLLATE.
	if err = initdb("--locale-provider=icu", "--icu-locale=en-US"); err != nil {
		err = initdb()
	}
	if err == nil {
		err = s.Start(ctx)
	}
	if err != nil {
		s.Remove()
		return nil, err
	}
	return s, nil
}

func settings(s *daemon.Server, extra []string) []string {
	settings := []string{
		"-D", s.Data(), "-p", strconv.Itoa(s.Port), "-k", s.Folder,
		"-c", "listen_addresses=127.0.0.1",
		"-c", "max_connections=300",
		"-c", "shared_buffers=64MB",
		"-c", "fsync=on",
		"-c", "synchronous_commit=on",
		"-c", "log_min_messages=log",
	}
	for _, setting := range extra {
		settings = append(settings, "-c", setting)
	}
	return settings
}

func address(s *daemon.Server) *url.URL {
	return &url.URL{
		Scheme: "postgres", User: url.User("postgres"), Host: "127.0.0.1:" + strconv.Itoa(s.Port), Path: "/postgres",
		RawQuery: "sslmode=disable",
	}
}
