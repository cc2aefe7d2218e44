package mysql_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

var server = engine.Server{
	Subject: engine.Subject{
		Place: mariadb.Database,
		Open: func(t *testing.T, url string, conns int, timeout time.Duration) engine.Database {
			return opened(t, url, conns, timeout)
		},
		Connect: func(t *testing.T, url string) *sql.DB { return mariadb.Connect(t, url) },
		Listing: []string{
			`SELECT table_name, column_name, column_type, collation_name FROM information_schema.columns
				WHERE table_schema = DATABASE() ORDER BY 1, 2`,
			`SELECT table_name, index_name, column_name FROM information_schema.statistics
				WHERE table_schema = DATABASE() ORDER BY 1, 2, 3`,
		},
		Dialect: goose.DialectMySQL,
	},
	Start:         func(t *testing.T) engine.Machine { return mariadb.Start(t) },
	Outdated:      mysql.ErrOutdated,
	Unstorable:    domain.TokenID("2." + strings.Repeat("2", 254)),
	MigrationLock: "SELECT GET_LOCK(CONCAT('vidaplus-auth ', MD5(DATABASE())), 0)",
	Freeze:        "LOCK TABLES sessions READ",
	Thaw:          "UNLOCK TABLES",
	Waiting: `SELECT p.id FROM information_schema.processlist AS p
		LEFT JOIN information_schema.innodb_trx AS t ON t.trx_mysql_thread_id = p.id
		WHERE p.db = DATABASE() AND (t.trx_state = 'LOCK WAIT' OR p.state LIKE 'Waiting for table%lock')`,
	Stale:     150 * time.Millisecond,
	Kill:      "KILL %s",
	Deadlocks: "SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'Innodb_deadlocks'",
	ReadOnly:  []string{"SET GLOBAL read_only = ON"},
	Writable:  []string{"SET GLOBAL read_only = OFF"},
	Ordinary:  func(t *testing.T, url string) string { return as(t, url, "service", "ALL") },
}

func TestEngine_KeepsTheContract(t *testing.T) {
	s := server
	if onTiDB(t, mariadb.Connect(t, mariadb.Database(t))) {
		s.Freeze = ""
		s.Waiting = "SELECT session_id FROM information_schema.tidb_trx WHERE state = 'LockWaiting' AND db = DATABASE()"
		s.Deadlocks = "SELECT COUNT(*) FROM information_schema.deadlocks"
	}
	engine.ServerContract(t, s)
}

// onTiDB says whether the server is one: it then has other words for what happens in it.
func onTiDB(t *testing.T, db *sql.DB) bool {
	t.Helper()
	return strings.Contains(engine.Rows(t, db, "SELECT VERSION()")[0], "TiDB")
}

func TestStoresKeepTheContract_WithoutSharedCommits(t *testing.T) {
	contract.Stores(t, func(t *testing.T) contract.Storage {
		e := open(t).Engine()
		e.RotateAll = nil
		return engine.Stores(e)
	})
}

// opened returns the database at url. Nothing is migrated.
func opened(t *testing.T, url string, conns int, timeout time.Duration) *mysql.Database {
	t.Helper()
	db, err := mysql.Open(domain.NewSecret(url), conns, timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.WithoutCancel(t.Context())) })
	return db
}

func migrated(t *testing.T, url string) *mysql.Database {
	t.Helper()
	db := opened(t, url, 20, engine.Patience)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// open returns a migrated database of the test's own.
func open(t *testing.T) *mysql.Database {
	t.Helper()
	return migrated(t, mariadb.Database(t))
}

// as returns the URL for another user of the same server, who has these rights to the database.
func as(t *testing.T, given, user, rights string) string {
	t.Helper()
	root := mariadb.Connect(t, given)
	engine.Execute(t, root, "DROP USER IF EXISTS "+user, "CREATE USER "+user,
		"GRANT "+rights+" ON "+engine.Rows(t, root, "SELECT DATABASE()")[0]+".* TO "+user)
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(user)
	return u.String()
}
