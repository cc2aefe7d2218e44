package faults

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestPostgreSQL_StoppedAtOnceLogsNobodyOut(t *testing.T) {
	server := pg.Start(t)
	endures(t, fault{
		name:  "PostgreSQL is stopped at once, for 5 s",
		begin: func() { server.Stop(true) }, end: server.Start, lasts: 5 * time.Second,
	}, replicas(t, 2, server.URL())...)
}

func TestPostgreSQL_KilledLogsNobodyOut(t *testing.T) {
	server := pg.Start(t)
	endures(t, fault{
		name:  "PostgreSQL is killed (SIGKILL), and recovers from its log 5 s later",
		begin: server.Kill, end: server.Start, lasts: 5 * time.Second,
	}, replicas(t, 2, server.URL())...)
}

func TestPostgreSQL_RestartedLogsNobodyOut(t *testing.T) {
	server := pg.Start(t)
	endures(t, fault{
		name:  "PostgreSQL is restarted",
		begin: func() { server.Stop(false) }, end: server.Start, serves: true,
	}, replicas(t, 2, server.URL())...)
}

// TestPostgreSQL_HungLogsNobodyOut hangs it for longer than the grace: what was sent before is carried out afterwards.
func TestPostgreSQL_HungLogsNobodyOut(t *testing.T) {
	server := pg.Start(t)
	endures(t, fault{
		name:  "PostgreSQL hangs (SIGSTOP) for 12 s, longer than the grace",
		begin: server.Pause, end: server.Resume, lasts: 12 * time.Second,
	}, replicas(t, 2, server.URL())...)
}

func TestPostgreSQL_ThirtySecondsAwayLogNobodyOut(t *testing.T) {
	server := pg.Start(t)
	endures(t, fault{
		name:  "PostgreSQL is away for 30 s, three times the grace",
		begin: func() { server.Stop(true) }, end: server.Start, lasts: 30 * time.Second,
	}, replicas(t, 2, server.URL())...)
}

func TestPostgreSQL_KilledConnectionsLogNobodyOut(t *testing.T) {
	database := pg.Database(t)
	services := replicas(t, 2, database)
	killer := connected(t, database)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	endures(t, fault{
		name: "every connection to PostgreSQL is killed, 20 times a second for 5 s",
		begin: func() {
			go func() { done <- killConnections(ctx, killer) }()
		},
		end: func() {
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		},
		lasts: 5 * time.Second, serves: true,
	}, services...)
}

func killConnections(ctx context.Context, killer *pgx.Conn) error {
	for ctx.Err() == nil {
		_, err := killer.Exec(context.WithoutCancel(ctx), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		if err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}

// TestPostgreSQL_WithoutRoomForItsTablesLogsNobodyOut keeps an old snapshot open, so that no room in the tables is used
// again: each rotation needs more.
func TestPostgreSQL_WithoutRoomForItsTablesLogsNobodyOut(t *testing.T) {
	server, full := pg.Start(t), disk(t, 48)
	space := filepath.Join(full, "space")
	giveTo(t, server, space)
	admin := connected(t, server.URL())
	execute(t, admin, "CREATE TABLESPACE small LOCATION '"+space+"'", "CREATE DATABASE small TABLESPACE small",
		"ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()")
	database := server.URL() + "&dbname=small"
	services := replicas(t, 2, database)
	old := connected(t, database)
	var empty func()
	endures(t, fault{
		name: "the disk of PostgreSQL's tables is full for 5 s",
		begin: func() {
			execute(t, old, "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM vidaplus_auth.sessions")
			empty = filled(t, full)
			program.Within(t, 30*time.Second, "a rotation finds no room", func() bool { return services[0].login().Status == 503 })
		},
		end:   func() { empty(); execute(t, old, "ROLLBACK") },
		lasts: 5 * time.Second, serves: true,
	}, services...)
}

// TestPostgreSQL_WithoutRoomForItsLogLogsNobodyOut: PostgreSQL ends with a PANIC then, and cannot start until there is
// room again.
func TestPostgreSQL_WithoutRoomForItsLogLogsNobodyOut(t *testing.T) {
	server := pg.Start(t)
	log := filepath.Join(server.Data(), "pg_wal")
	server.Stop(false)
	move(t, server, log)
	server.Start()
	database := server.URL()
	services := replicas(t, 2, database)
	var empty func()
	endures(t, fault{
		name: "the disk of PostgreSQL's log is full for 8 s: it crashes, and is started again when there is room",
		begin: func() {
			empty = filled(t, log)
			for range 10 {
				conn, err := pgx.Connect(t.Context(), database)
				if err != nil {
					break
				}
				_, _ = conn.Exec(t.Context(), "SELECT pg_switch_wal()")
				_ = conn.Close(t.Context())
			}
		},
		end:   func() { empty(); server.Revive() },
		lasts: 8 * time.Second,
	}, services...)
}

// giveTo makes a folder of the server's.
func giveTo(t *testing.T, server *pg.Server, folder string) {
	t.Helper()
	info, err := os.Stat(server.Data())
	if err == nil {
		err = os.Mkdir(folder, 0o700)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); err == nil && ok {
		err = os.Chown(folder, int(owner.Uid), int(owner.Gid))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// move puts the log of a stopped server on a small disk of its own.
func move(t *testing.T, server *pg.Server, log string) {
	t.Helper()
	small := disk(t, 64)
	away := filepath.Join(small, "log")
	giveTo(t, server, away)
	script := fmt.Sprintf("cp -a %[1]s/. %[2]s && rm -r %[1]s && ln -s %[2]s %[1]s", log, away)
	if output, err := exec.Command("/bin/sh", "-c", script).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}

func connected(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func execute(t *testing.T, conn *pgx.Conn, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}
