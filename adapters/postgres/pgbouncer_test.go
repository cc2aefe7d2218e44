package postgres_test

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// A pooler hands each transaction to any of its connections, so nothing may be kept on one: no setting, no prepared
// statement.
func TestStoresKeepTheContractThroughPgBouncerInTransactionMode(t *testing.T) {
	contract.Stores(t, func(t *testing.T) contract.Storage {
		direct := pg.Database(t)
		migrated(t, direct, "vidaplus_auth")
		db, err := postgres.Open(t.Context(), domain.NewSecret(pooled(t, direct)), "vidaplus_auth", 20, engine.Patience)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		return engine.Stores(db.Engine())
	})
}

func TestRotations_ShareCommitsThroughPgBouncer(t *testing.T) {
	direct := pg.Database(t)
	_, session := engine.Begun(t, migrated(t, direct, "vidaplus_auth"))
	db := opened(t, pooled(t, direct), "vidaplus_auth")
	e := db.Engine()
	shared := 0
	e.Observe = func(int, time.Duration, time.Duration) { shared++ }
	state, swapped, err := gormstore.NewSessionStore(e).Rotate(t.Context(), engine.Rotation(session))
	if err != nil || !swapped || state.Email == "" || shared != 1 {
		t.Errorf("swapped=%v, %v, %d shared commits, the state is %+v", swapped, err, shared, state)
	}
}

const pooler = `[databases]
* = host=%s port=%s user=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
`

// pooled starts a PgBouncer in front of the server and returns the URL for it. It asks pgx for no prepared statements.
func pooled(t *testing.T, direct string) string {
	t.Helper()
	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	config := filepath.Join(t.TempDir(), "pgbouncer.ini")
	text := fmt.Sprintf(pooler, u.Hostname(), u.Port(), u.User.Username(), port)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	start(t, pgbouncer(t), config, address)
	u.Host, u.RawQuery = address, "sslmode=disable&default_query_exec_mode=exec"
	return u.String()
}

func pgbouncer(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("PgBouncer is not installed (Debian: apt-get install pgbouncer)")
	}
	t.Skip("PgBouncer is not installed (Debian: apt-get install pgbouncer)")
	return ""
}

func start(t *testing.T, program, config, address string) {
	t.Helper()
	arguments := []string{config}
	if os.Geteuid() == 0 {
		// It refuses to run as root.
		arguments = append([]string{"-u", "nobody"}, arguments...)
	}
	cmd := exec.CommandContext(t.Context(), program, arguments...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() })
	for end := time.Now().Add(engine.Patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatalf("PgBouncer does not listen: %v", err)
		}
	}
}
