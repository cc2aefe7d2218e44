package daemon

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Contract checks what is promised of databases and servers of a kind. wrong are URLs of servers that are none, right is one.
func Contract(t *testing.T, k *Kind, right string, wrong ...string) {
	t.Run("databases do not see each other", k.givesDatabases)
	t.Run("a database is dropped at the end though somebody is connected", k.dropsDatabases)
	t.Run("-short leaves the tests out and says so", k.isLeftOut)
	t.Run("a server that is given is named with a database, and its password is never shown", func(t *testing.T) {
		for _, given := range append(wrong, right) {
			t.Setenv(k.Variable, given)
			_, err := k.server(t.Context())
			if (err == nil) != (given == right) || err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%q: %v", given, err)
			}
		}
	})
	t.Run("a server", func(t *testing.T) {
		server := k.Start(t)
		t.Run("keeps its data over stop, kill and start", server.keepsItsData)
		t.Run("answers nothing while paused and everything afterwards", server.pauses)
		t.Run("does not stop twice", server.stopsOnce)
		t.Run("is revived once it has ended by itself", server.revives)
		// It is removed while paused.
		server.Pause()
	})
	t.Run("nothing is left behind when the test process is killed", k.leavesNothingBehind)
}

func must(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func count(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM things").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (k *Kind) givesDatabases(t *testing.T) {
	first, second := k.Connect(t, k.Database(t)), k.Connect(t, k.Database(t))
	must(t, first, "CREATE TABLE things (id int)")
	must(t, second, "CREATE TABLE things (id int)")
	must(t, first, "INSERT INTO things VALUES (1)")
	if n := count(t, second); n != 0 {
		t.Errorf("the second database has %d rows that only the first was given", n)
	}
}

func (k *Kind) dropsDatabases(t *testing.T) {
	k.skipUnlessWanted(t)
	var database string
	t.Run("holder", func(t *testing.T) {
		database = k.Database(t)
		db, err := k.Connect(t, database).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
	})
	if err := k.Connect(t, database).PingContext(t.Context()); err == nil {
		t.Error("a database is still there whose test has ended")
	}
}

func (k *Kind) isLeftOut(t *testing.T) {
	parent, _, _ := strings.Cut(t.Name(), "/")
	output, err := exec.Command(os.Args[0], "-test.short", "-test.v", "-test.run=^"+parent+"$/^databases_do").CombinedOutput()
	if err != nil || !strings.Contains(string(output), "-short: tests on "+k.Name+" are left out") {
		t.Errorf("a test with -short ended with %v and said\n%s", err, output)
	}
}

func (m *Machine) keepsItsData(t *testing.T) {
	must(t, m.kind.Connect(t, m.URL()), "CREATE TABLE things (id int)")
	for i, end := range []func(){
		func() { m.Stop(false) },
		func() { m.Stop(true) },
		m.Kill,
		func() { m.Pause(); m.Stop(true) },
	} {
		must(t, m.kind.Connect(t, m.URL()), "INSERT INTO things VALUES (1)")
		end()
		if err := m.kind.Connect(t, m.URL()).PingContext(t.Context()); err == nil {
			t.Fatalf("way %d of ending it: the server still answers", i)
		}
		m.Start()
		if n := count(t, m.kind.Connect(t, m.URL())); n != i+1 {
			t.Errorf("way %d of ending it: %d rows are left, want %d", i, n, i+1)
		}
	}
}

func (m *Machine) pauses(t *testing.T) {
	db := m.kind.Connect(t, m.URL())
	patient, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer patient.Close()
	hasty, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer hasty.Close()
	m.Pause()
	answered := make(chan error, 1)
	go func() { answered <- patient.PingContext(t.Context()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := hasty.PingContext(ctx); err == nil || ctx.Err() == nil {
		t.Errorf("a query on a paused server: %v, want a passed deadline", err)
	}
	select {
	case err := <-answered:
		m.Resume()
		t.Fatalf("the paused server answered: %v", err)
	default:
	}
	m.Resume()
	if err := <-answered; err != nil {
		t.Errorf("the query that waited out the pause: %v", err)
	}
}

func (m *Machine) stopsOnce(t *testing.T) {
	m.Stop(false)
	if err := m.s.End(0); !errors.Is(err, ErrNotRunning) {
		t.Errorf("ending a stopped server: %v, want %v", err, ErrNotRunning)
	}
	m.Start()
}

func (m *Machine) revives(t *testing.T) {
	if err := Kill(m.s.PID()); err != nil {
		t.Fatal(err)
	}
	m.Revive()
	if err := m.kind.Connect(t, m.URL()).PingContext(t.Context()); err != nil {
		t.Errorf("the revived server: %v", err)
	}
}
