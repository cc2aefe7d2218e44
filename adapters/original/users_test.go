package original_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/original"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func TestUserSourceKeepsTheContract(t *testing.T) {
	for engine, prepare := range map[string]func(*testing.T) (driver, name, url string, before []string){
		"SQLite": func(t *testing.T) (string, string, string, []string) {
			path := filepath.Join(t.TempDir(), "original.db")
			// A reader that has begun hinders no writer then.
			return "sqlite", "file:" + path, "sqlite:" + path, []string{"PRAGMA journal_mode = wal"}
		},
		"PostgreSQL": func(t *testing.T) (string, string, string, []string) {
			url := pg.Database(t)
			return "pgx", url, url, []string{"SET TimeZone = 'UTC'"}
		},
	} {
		t.Run(engine, func(t *testing.T) {
			contract.UserSource(t, func(t *testing.T, users []domain.SourceUser) (ports.UserSource, func()) {
				driver, name, url, before := prepare(t)
				db, err := sql.Open(driver, name)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = db.Close() })
				db.SetMaxOpenConns(1)
				execute := func(statement string, args ...any) {
					t.Helper()
					if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
						t.Fatalf("%s: %v", statement, err)
					}
				}
				for _, statement := range append(before, `CREATE TABLE users (id integer PRIMARY KEY, nome varchar(255), email varchar(255),
					senha varchar(255), is_active boolean, is_superuser boolean, created_at timestamp)`) {
					execute(statement)
				}
				for _, u := range users {
					created := sql.NullString{String: u.CreatedAt.Format("2006-01-02 15:04:05.000000"), Valid: !u.Unreadable}
					execute("INSERT INTO users VALUES ($1, $2, $3, $4, $5, $6, $7)", u.ID, u.Name, u.Email, u.PasswordHash.Reveal(),
						u.Enabled, u.Admin, created)
				}
				return opened(t, url), func() { execute("DELETE FROM users") }
			})
		})
	}
}

func opened(t *testing.T, url string) *original.UserSource {
	t.Helper()
	from, err := configs.ParseDatabase(url)
	if err != nil {
		t.Fatal(err)
	}
	source, err := original.Open(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(source.Close)
	return source
}
