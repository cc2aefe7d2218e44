package mariadb

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

func TestServers_KeepTheContract(t *testing.T) {
	daemon.Contract(t, kind, "mysql://u:p@h:3306/db",
		"host=h", "mysql://u:hunter2@h:port/db", "postgres://h/db", "mysql://h")
}

func TestServer_IsAsLaxAsItMayBe(t *testing.T) {
	db := Connect(t, Database(t))
	for _, statement := range []string{"CREATE TABLE things (name varchar(3))", "INSERT INTO things VALUES ('Abcde')"} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	var found bool
	if err := db.QueryRowContext(t.Context(), "SELECT name = 'aBC ' FROM things").Scan(&found); err != nil {
		t.Fatal(err)
	}
	if !found {
		t.Error("the throw-away server is stricter than others are, which would hide what the service has to ask for")
	}
}
