package e2e

import (
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	_ "modernc.org/sqlite" // an original on SQLite
)

const sqliteUsers = `CREATE TABLE users (id INTEGER PRIMARY KEY, nome VARCHAR, email VARCHAR, senha VARCHAR, is_active BOOLEAN,
	is_superuser BOOLEAN, created_at DATETIME DEFAULT CURRENT_TIMESTAMP)`

// sqliteOriginal is an original VidaPlus on SQLite, which keeps anything in any column.
func sqliteOriginal(t *testing.T, statements ...string) (path string, db *sql.DB) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "original #1.db")
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(path, "#", "%23"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, statement := range append([]string{sqliteUsers}, statements...) {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return path, db
}

const sqliteRow = "INSERT INTO users (id, nome, email, senha, is_active, is_superuser, created_at) VALUES "

// A hash of the original's, for the password maria123.
const mariasHash = "'$argon2id$v=19$m=65536,t=3,p=4$5XdaRBy2C56unfUMmtJL+A$61vnLj61eqJjLr18CJ7AAjXqD5LrbPvb3NA2z0EjUzY'"

func TestMovingIn_ARowThatCannotBeTakenIsReportedAndKeepsNoOtherFromBeing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := operator(t, database)
		path, _ := sqliteOriginal(t, sqliteRow+`(1, 'Ana', 'ana@x', `+mariasHash+`, 1, 0, '2026-01-02 03:04:05'),
			(2, CAST(X'61FF62' AS TEXT), 'b@x', 'h', 1, 0, '2026-01-02 03:04:05.5'),
			(3, 'a', CAST(X'6100406278' AS TEXT), 'h', 1, 0, '2026-01-02 03:04:05'),
			(4, 'a', CAST(X'1B5B324A4078FF' AS TEXT), 'h', 1, 0, '2026-01-02 03:04:05'),
			(5, printf('%.*c', 300, 'n'), 'e@x', 'h', 1, 0, '2026-01-02 03:04:05'),
			(6, 'a', printf('%.*c', 1000000, 'e') || '@x', 'h', 1, 0, '2026-01-02 03:04:05'),
			(7, 'a', 'g@x', 'h', 'perhaps', 0, '2026-01-02 03:04:05'),
			(8, 'a', 'h@x', 'h', 1, 0, 'yesterday'),
			(9, NULL, 'i@x', 'h', 1, 0, '2026-01-02 03:04:05'),
			(10, 'a', 'not an address', 'h', 1, 0, '2026-01-02 03:04:05'),
			(11, 'a', 'ANA@X', 'h', 1, 0, '2026-01-02 03:04:05'),
			(12, 'a', 'l@x', CAST(X'00FF' AS TEXT), 1, 1, '2026-01-02 03:04:05'),
			(-13, 'a', 'm@x', `+mariasHash+`, 0, 0, '2026-01-02 03:04:05')`)
		out := s.Must("", "users", "import", "--from", "sqlite:///"+path)
		if !strings.Contains(out, "3 added, 0 updated, 0 unchanged, 10 skipped, 1 without a password") {
			t.Errorf("the import says\n%s", out)
		}
		if strings.ContainsAny(out, "\x1b\x00") || !utf8.ValidString(out) || len(out) > 5000 {
			t.Errorf("texts of the original reach the terminal: %.5000q", out)
		}
		if shown := s.listed(shownMembers, "users", "show", "ana@x")[0]; shown["id"] != "1" || shown["created_at"] != "2026-01-02T03:04:05Z" {
			t.Errorf("the user is %v", shown)
		}
		s.Start()
		s.login("l@x", "\x00\xff").is(t, http.StatusUnauthorized, badCredentials)
		s.login("l@x", "").is(t, http.StatusUnauthorized, badCredentials)
		s.login("m@x", "maria123").is(t, http.StatusUnauthorized, badCredentials)
		s.login("ana@x", "maria123").token(t)
	})
}

func TestMovingIn_AddressesThatWentRoundThereGoRoundHere(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := operator(t, database)
		var rows []string
		for id := 1; id <= 6; id++ {
			rows = append(rows, fmt.Sprintf("(%d, 'N', 'u%d@x', %s, 1, 0, '2026-01-02 03:04:05')", id, id, mariasHash))
		}
		path, db := sqliteOriginal(t, sqliteRow+strings.Join(rows, ", "))
		from := []string{"users", "import", "--from", "sqlite:" + path}
		s.imports(from, "6 added")
		// 1, 2 and 3 pass theirs on, 4 is gone and 5 has its address, and 6 was given another one here.
		if _, err := db.ExecContext(t.Context(), `DELETE FROM users WHERE id = 4;
			UPDATE users SET email = CASE id WHEN 1 THEN 'u2@x' WHEN 2 THEN 'u3@x' WHEN 3 THEN 'u1@x' WHEN 5 THEN 'u4@x' ELSE email END`); err != nil {
			t.Fatal(err)
		}
		s.Must("", "users", "set-email", "u6@x", "own@x")
		s.imports(from, "0 added, 4 updated, 1 unchanged, 0 skipped, 0 without a password, 0 disabled, 1 removed")
		for email, id := range map[string]string{"u2@x": "1", "u3@x": "2", "u1@x": "3", "u4@x": "5", "own@x": "6"} {
			if shown := s.listed(shownMembers, "users", "show", email)[0]; shown["id"] != id {
				t.Errorf("%s is now %v, want %s", email, shown["id"], id)
			}
		}
		s.imports(from, "0 added, 0 updated, 5 unchanged, 0 skipped")
	})
}

// In one page of rows: an account moves to an address that a new one has in another letter case.
func TestMovingIn_ANewAccountWhoseAddressWasJustGivenAwayIsSkippedAlone(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := operator(t, database)
		row := func(id int, email string) string {
			return fmt.Sprintf("(%d, 'N', '%s', %s, 1, 0, '2026-01-02 03:04:05')", id, email, mariasHash)
		}
		path, db := sqliteOriginal(t, sqliteRow+row(1, "ana@x"))
		from := []string{"users", "import", "--from", "sqlite:" + path}
		s.imports(from, "1 added")
		if _, err := db.ExecContext(t.Context(), "UPDATE users SET email = 'bo@x'; "+sqliteRow+row(2, "BO@x")+", "+row(3, "c@x")); err != nil {
			t.Fatal(err)
		}
		s.imports(append(from, "--dry-run"), "would be: 1 added, 1 updated, 0 unchanged, 1 skipped", "BO@x")
		s.imports(from, "1 added, 1 updated, 0 unchanged, 1 skipped", "BO@x")
		s.imports(from, "0 added, 0 updated, 2 unchanged, 1 skipped", "BO@x")
	})
}

func TestMovingIn_AnOriginalThatIsNotThereIsAFailureWithoutItsPassword(t *testing.T) {
	t.Parallel()
	s := operator(t, "sqlite:vidaplus.db")
	for from, word := range map[string]string{
		"sqlite:nowhere.db":                                        "no such file",
		"postgres://u:hunter2@127.0.0.1:1/db":                      "connect",
		"postgresql+psycopg2://u:hunter2@[::1]:1/db?sslmode=bogus": "sslmode",
	} {
		s.fails(1, "", []string{"users", "import", "--from", from}, word)
		if _, stderr, _ := s.Run("", "users", "import", "--from", from); strings.Contains(stderr, "hunter2") {
			t.Errorf("the password is printed: %s", stderr)
		}
	}
	s.fails(2, "", []string{"users", "import", "--from", "mysql://u:hunter2@h/db"}, "postgres://")
	path, _ := sqliteOriginal(t)
	s.fails(1, "", []string{"users", "import", "--disable-missing", "--from", "sqlite:" + path}, "no accounts")
}
