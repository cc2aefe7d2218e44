package mysql_test

import (
	"context"
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

const (
	// impatience is the time of one call where calls are meant to be too slow, slack what a busy machine adds to it: the
	// server waits for a row for whole seconds.
	impatience = 200 * time.Millisecond
	slack      = 5 * time.Second
)

var (
	policy = domain.Policy{TokenLifetime: 30 * time.Minute, SessionMaxAge: 720 * time.Hour}
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
)

// begun adds a user and begins a session.
func begun(t *testing.T, db *mysql.Database) (domain.User, domain.Session) {
	t.Helper()
	id := uuidv7.IDs{}.New()
	u := domain.User{ID: id, Email: id + "@example.com", PasswordHash: domain.NewSecret(id), Enabled: true, CreatedAt: noon}
	if err := gormstore.NewUserRegister(db.Engine()).Add(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	return u, begin(t, db, u)
}

func begin(t *testing.T, db *mysql.Database, u domain.User) domain.Session {
	t.Helper()
	ids, ends := uuidv7.IDs{}, policy.SessionEnd(noon)
	first := policy.FirstToken(ids.Random(), noon, ends)
	s := domain.Session{
		ID: ids.New(), UserID: u.ID, CreatedAt: noon, EndsAt: ends, Current: first, LastExpiry: first.ExpiresAt,
	}
	if _, err := gormstore.NewSessionStore(db.Engine()).Begin(t.Context(), s, u.PasswordHash, 100); err != nil {
		t.Fatal(err)
	}
	return s
}

func rotation(s domain.Session) domain.Rotation {
	return policy.Rotation(s.ID, s.Current.ID, uuidv7.IDs{}.Random(), noon)
}

// roundTrip checks that the stores work: a user is added, logs in and refreshes.
func roundTrip(t *testing.T, db *mysql.Database) {
	t.Helper()
	_, session := begun(t, db)
	r := rotation(session)
	state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), r)
	if err != nil || !swapped || state.Current.ID != r.Next.ID {
		t.Fatalf("a rotation: swapped=%v, %v, current %q, want %q", swapped, err, state.Current.ID, r.Next.ID)
	}
}

func execute(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// set gives the server a setting until the test ends.
func set(t *testing.T, root *sql.DB, setting, value, before string) {
	t.Helper()
	execute(t, root, "SET GLOBAL "+setting+" = "+value)
	t.Cleanup(func() {
		_, _ = root.ExecContext(context.WithoutCancel(t.Context()), "SET GLOBAL "+setting+" = "+before)
	})
}

// onTiDB says whether the server is one: it then has other words for what happens in it.
func onTiDB(t *testing.T, db *sql.DB) bool {
	t.Helper()
	return strings.Contains(text(t, db, "SELECT VERSION()"), "TiDB")
}

// text returns the one value that a query yields.
func text(t *testing.T, db *sql.DB, query string) (value string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// as returns the URL for another user of the same server, who has these rights to the database.
func as(t *testing.T, given, user, rights string) string {
	t.Helper()
	root := mariadb.Connect(t, given)
	execute(t, root, "DROP USER IF EXISTS "+user, "CREATE USER "+user, "GRANT "+rights+" ON "+text(t, root, "SELECT DATABASE()")+".* TO "+user)
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(user)
	return u.String()
}
