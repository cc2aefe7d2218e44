package faults

import (
	"context"
	"database/sql"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
	_ "modernc.org/sqlite" // registers the driver
)

// newDatabase returns a SQLite database for faults that are not the database's.
func newDatabase(t *testing.T) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "vidaplus.db")
}

// TestSQLite_LockedLogsNobodyOut locks it for longer than the grace.
func TestSQLite_LockedLogsNobodyOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	s := start(t, "sqlite:"+path)
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lock, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run := func(statement string) {
		if _, err := lock.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
			t.Error(err)
		}
	}
	endures(t, fault{
		name:  "another process locks the SQLite file for 12 s, longer than the grace",
		begin: func() { run("BEGIN EXCLUSIVE") }, end: func() { run("ROLLBACK") }, lasts: 12 * time.Second, reads: true,
	}, s)
}

func TestSQLite_WithoutRoomLogsNobodyOut(t *testing.T) {
	full := disk(t, 16)
	s := start(t, "sqlite:"+filepath.Join(full, "vidaplus.db"))
	var empty func()
	endures(t, fault{
		name: "the disk of the SQLite file is full for 5 s",
		begin: func() {
			empty = filled(t, full)
			// What the log has room for already is used up first.
			program.Within(t, 30*time.Second, "a log-in finds no room", func() bool { return s.login().Status == http.StatusServiceUnavailable })
		},
		end: func() { empty() }, lasts: 5 * time.Second, serves: true,
	}, s)
}
