package mariadb

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

// Server is a MariaDB server of one test's own.
type Server = daemon.Machine

// Database returns the mysql:// URL of a new, empty database that no other test sees. It is dropped when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	return kind.Database(t)
}

// Throwaway is Database on the throw-away server, whatever TEST_MYSQL_URL says, for tests of what MariaDB alone does.
func Throwaway(t testing.TB) string {
	t.Helper()
	return kind.Throwaway(t)
}

// Start starts a new, empty server that goes when the test ends, with extra settings as --NAME=VALUE.
func Start(t testing.TB, extra ...string) *Server {
	t.Helper()
	return kind.Start(t, extra...)
}

// Connect returns connections of somebody else's to the database at url, which go when the test ends.
func Connect(t testing.TB, database string) *sql.DB {
	t.Helper()
	return kind.Connect(t, database)
}

var kind = &daemon.Kind{
	Name: "MariaDB", Variable: "TEST_MYSQL_URL", Schemes: []string{"mysql"}, Optional: true,
	Installed: func() error {
		_, err := find("mariadbd")
		return err
	},
	Make: newServer, URL: address, Open: open,
	Create: "CREATE DATABASE %s", Drop: "DROP DATABASE %s",
	InOrder: syscall.SIGTERM, AtOnce: syscall.SIGKILL,
}

func newServer(ctx context.Context, kind *daemon.Kind, extra ...string) (*daemon.Server, error) {
	program, err := find("mariadbd")
	if err != nil {
		return nil, err
	}
	installer, err := find("mariadb-install-db")
	if err != nil {
		return nil, err
	}
	me, err := user.Current()
	if err != nil {
		return nil, err
	}
	s, err := daemon.NewServer("mariadb", nil, syscall.SIGKILL)
	if err != nil {
		return nil, err
	}
	s.Command = func() *exec.Cmd { return exec.Command(program, settings(s, me.Username, extra)...) }
	system := address(s).JoinPath("..", "mysql")
	s.Answers = func(ctx context.Context) error { return kind.Execute(ctx, system, "SELECT 1") }
	err = s.Run(ctx, installer, "--no-defaults", "--user="+me.Username, "--datadir="+s.Data(),
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
	if err == nil {
		err = s.Start(ctx)
	}
	if err == nil {
		err = kind.Execute(ctx, system, "CREATE DATABASE vidaplus")
	}
	if err != nil {
		s.Remove()
		return nil, err
	}
	return s, nil
}

// settings are those of production where it matters, durability above all, and lax where the service has to ask.
func settings(s *daemon.Server, owner string, extra []string) []string {
	return append([]string{
		"--no-defaults", "--user=" + owner, "--datadir=" + s.Data(), "--socket=" + filepath.Join(s.Folder, "socket"),
		"--pid-file=" + filepath.Join(s.Folder, "pid"), "--port=" + strconv.Itoa(s.Port), "--bind-address=127.0.0.1",
		"--skip-name-resolve", "--max-connections=500", "--performance-schema=OFF",
		"--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M", "--innodb-flush-log-at-trx-commit=1",
		"--sql-mode=", "--default-time-zone=+05:00", "--transaction-isolation=REPEATABLE-READ",
		"--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci",
	}, extra...)
}

func address(s *daemon.Server) *url.URL {
	return &url.URL{Scheme: "mysql", User: url.User("root"), Host: "127.0.0.1:" + strconv.Itoa(s.Port), Path: "/vidaplus"}
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

// find returns the path of a program of MariaDB's.
func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil && filepath.IsAbs(path) {
		return path, nil
	}
	for _, folder := range []string{
		"/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin", "/opt/homebrew/opt/mariadb/bin", "/usr/local/opt/mariadb/bin",
	} {
		if path, err := exec.LookPath(filepath.Join(folder, program)); err == nil {
			return path, nil
		}
	}
	return "", errors.New("these tests need MariaDB 10.6 or newer. Install it (Debian: apt-get install mariadb-server; " +
		"macOS: brew install mariadb), or set TEST_MYSQL_URL to a server on which databases may be created")
}
