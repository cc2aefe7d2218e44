package pg

import "testing"

func TestDatabase_GivesDatabasesThatDoNotSeeEachOther(t *testing.T) {
	first, second := connect(t, Database(t)), connect(t, Database(t))
	mustExec(t, first, "CREATE TABLE things (id int)")
	mustExec(t, second, "CREATE TABLE things (id int)")
	mustExec(t, first, "INSERT INTO things VALUES (1)")
	if n := count(t, second); n != 0 {
		t.Errorf("the second database has %d rows that only the first was given", n)
	}
}

func TestDatabase_IsDroppedAtTheEndThoughSomebodyIsConnected(t *testing.T) {
	skipIfShort(t)
	var url string
	t.Run("holder", func(t *testing.T) {
		url = Database(t)
		connect(t, url)
	})
	err := execute(t.Context(), url, "SELECT 1")
	if sqlState(err) != "3D000" {
		t.Errorf("connecting to a dropped database: %v, want SQLSTATE 3D000", err)
	}
}

func TestStart_OrdersTextAsPeopleDoUnlessToldOtherwise(t *testing.T) {
	conn := connect(t, Start(t).URL())
	var linguistic bool
	if err := conn.QueryRow(t.Context(), "SELECT 'a' < 'B'").Scan(&linguistic); err != nil {
		t.Fatal(err)
	}
	if !linguistic {
		t.Error("the throw-away cluster orders by bytes, which would hide a missing COLLATE")
	}
}

func TestServerURL_MustNameAServerAndADatabase(t *testing.T) {
	for _, bad := range []string{"host=localhost", "postgres://u:hunter2@h:port/db", "mysql://h/db", "postgres://h"} {
		if _, err := parseServerURL(bad); err == nil {
			t.Errorf("%q was taken for the URL of a server", bad)
		}
	}
	if _, err := parseServerURL("postgres://u:p@h:5432/db?sslmode=disable"); err != nil {
		t.Error(err)
	}
}
