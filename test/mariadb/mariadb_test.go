package mariadb

import (
	"database/sql"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func mustExec(t *testing.T, db *sql.DB, statement string) {
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

func TestDatabase_GivesDatabasesThatDoNotSeeEachOther(t *testing.T) {
	first, second := Connect(t, Database(t)), Connect(t, Database(t))
	mustExec(t, first, "CREATE TABLE things (id int)")
	mustExec(t, second, "CREATE TABLE things (id int)")
	mustExec(t, first, "INSERT INTO things VALUES (1)")
	if n := count(t, second); n != 0 {
		t.Errorf("the second database has %d rows that only the first was given", n)
	}
}

func TestServer_KeepsItsDataOverStopAndStartAndPause(t *testing.T) {
	server := Start(t)
	mustExec(t, Connect(t, server.URL()), "CREATE TABLE things (id int)")
	for i, end := range []func(){
		func() { server.Stop(false) },
		func() { server.Stop(true) },
		func() { server.Pause(); server.Stop(true) },
	} {
		mustExec(t, Connect(t, server.URL()), "INSERT INTO things VALUES (1)")
		end()
		if err := Connect(t, server.URL()).PingContext(t.Context()); err == nil {
			t.Fatalf("way %d of ending it: the server still answers", i)
		}
		server.Start()
		if n := count(t, Connect(t, server.URL())); n != i+1 {
			t.Errorf("way %d of ending it: %d rows are left, want %d", i, n, i+1)
		}
	}
	server.Pause()
}

func TestServer_IsAsLaxAsItMayBe(t *testing.T) {
	db := Connect(t, Database(t))
	mustExec(t, db, "CREATE TABLE things (name varchar(3))")
	mustExec(t, db, "INSERT INTO things VALUES ('Abcde')")
	var found bool
	if err := db.QueryRowContext(t.Context(), "SELECT name = 'aBC ' FROM things").Scan(&found); err != nil {
		t.Fatal(err)
	}
	if !found {
		t.Error("the throw-away server is stricter than others are, which would hide what the service has to ask for")
	}
}

func TestServerURL_MustNameAServerAndADatabase(t *testing.T) {
	for given, right := range map[string]bool{
		"mysql://u:p@h:3306/db": true, "host=h": false, "mysql://u:hunter2@h:port/db": false, "postgres://h/db": false, "mysql://h": false,
	} {
		t.Setenv("TEST_MYSQL_URL", given)
		if _, err := serverURL(t.Context()); (err == nil) != right {
			t.Errorf("%q: %v, right: %t", given, err, right)
		}
	}
}

func TestDatabase_IsLeftOutInShortModeAndSaysSo(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.short", "-test.v", "-test.run=^TestDatabase_GivesDatabases")
	output, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "-short: tests on MariaDB are left out") {
		t.Errorf("a test with -short ended with %v and said\n%s", err, output)
	}
}
