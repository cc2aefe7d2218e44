package sqlite_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/sqlite"
	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	// impatience is the time of one call where calls are meant to be too slow, slack what a busy machine adds to it.
	impatience = 200 * time.Millisecond
	slack      = 2 * time.Second
)

var (
	policy = domain.Policy{TokenLifetime: 30 * time.Minute, SessionMaxAge: 720 * time.Hour}
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
)

// impatient returns the migrated database at path with calls that wait for impatience only.
func impatient(t *testing.T, path string) *sqlite.Database {
	t.Helper()
	openAt(t, path)
	db, err := sqlite.Open(path, impatience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.WithoutCancel(t.Context())) })
	return db
}

// other returns a connection that somebody else has to the file.
func other(t *testing.T, path string) *sql.Conn {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func execute(t *testing.T, conn *sql.Conn, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// texts runs a query of one text column.
func texts(t *testing.T, conn *sql.Conn, query string) []string {
	t.Helper()
	rows, err := conn.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// begun adds a user and begins a session.
func begun(ctx context.Context, db *sqlite.Database) (domain.User, domain.Session, error) {
	ids, ends := uuidv7.IDs{}, policy.SessionEnd(noon)
	id, first := ids.New(), policy.FirstToken(ids.Random(), noon, ends)
	u := domain.User{ID: id, Email: id + "@example.com", PasswordHash: domain.NewSecret(id), Enabled: true, CreatedAt: noon}
	s := domain.Session{
		ID: ids.New(), UserID: u.ID, CreatedAt: noon, EndsAt: ends, Current: first, LastExpiry: first.ExpiresAt,
	}
	err := gormstore.NewUserRegister(db.Engine()).Add(ctx, u)
	if err == nil {
		_, err = gormstore.NewSessionStore(db.Engine()).Begin(ctx, s, u.PasswordHash, 100)
	}
	return u, s, err
}

func rotation(s domain.Session) domain.Rotation {
	return policy.Rotation(s.ID, s.Current.ID, uuidv7.IDs{}.Random(), noon)
}

// roundTrip checks that the stores work: a user is added, logs in and refreshes.
func roundTrip(t *testing.T, db *sqlite.Database) domain.Session {
	t.Helper()
	_, session, err := begun(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	r := rotation(session)
	state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), r)
	if err != nil || !swapped || state.Current.ID != r.Next.ID {
		t.Fatalf("a rotation: swapped=%v, %v, current %q, want %q", swapped, err, state.Current.ID, r.Next.ID)
	}
	return state.Session
}
