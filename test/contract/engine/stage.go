package engine

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

// The policy and the instant of tests. The instant has microseconds, which every engine must keep.
var (
	Policy = domain.Policy{TokenLifetime: 30 * time.Minute, SessionMaxAge: 720 * time.Hour}
	Noon   = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
)

// Stores returns all stores of an engine.
func Stores(e gormstore.Engine) contract.Storage {
	return contract.Storage{
		Sessions:        gormstore.NewSessionStore(e),
		SessionRegister: gormstore.NewSessionRegister(e),
		Users:           gormstore.NewUserStore(e),
		UserRegister:    gormstore.NewUserRegister(e),
		Attempts:        gormstore.NewAttemptStore(e),
		Events:          gormstore.NewEventStore(e),
	}
}

var made atomic.Int64

// newID returns ids in the order in which they are made, as the program's are.
func newID() string { return fmt.Sprintf("%09d-%s", made.Add(1), strings.ToLower(rand.Text())) }

// AddUser adds a user.
func AddUser(ctx context.Context, db Database) (domain.User, error) {
	id := newID()
	u := domain.User{ID: id, Email: id + "@example.com", PasswordHash: domain.NewSecret(id), Enabled: true, CreatedAt: Noon}
	return u, gormstore.NewUserRegister(db.Engine()).Add(ctx, u)
}

// Begun adds a user and begins a session.
func Begun(t *testing.T, db Database) (domain.User, domain.Session) {
	t.Helper()
	u, err := AddUser(t.Context(), db)
	ok(t, err)
	return u, Begin(t, db, u)
}

// Begin begins a session of a user.
func Begin(t *testing.T, db Database, u domain.User) domain.Session {
	t.Helper()
	s := newSession(u)
	_, err := gormstore.NewSessionStore(db.Engine()).Begin(t.Context(), s, u.PasswordHash, 100)
	ok(t, err)
	return s
}

func newSession(u domain.User) domain.Session {
	ends := Policy.SessionEnd(Noon)
	first := Policy.FirstToken(rand.Text(), Noon, ends)
	return domain.Session{
		ID: newID(), UserID: u.ID, CreatedAt: Noon, EndsAt: ends, Current: first, LastExpiry: first.ExpiresAt,
	}
}

// Rotation replaces the session's current token.
func Rotation(s domain.Session) domain.Rotation {
	return Policy.Rotation(s.ID, s.Current.ID, rand.Text(), Noon)
}

// Swaps makes a rotation, which has to swap, and returns the session as it is then.
func Swaps(t *testing.T, db Database, r domain.Rotation) domain.Session {
	t.Helper()
	state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), r)
	if err != nil || !swapped || state.Current.ID != r.Next.ID {
		t.Fatalf("a rotation: swapped=%v, %v, current %q, want %q", swapped, err, state.Current.ID, r.Next.ID)
	}
	return state.Session
}

// RoundTrip checks that the stores work: a user is added, logs in and refreshes.
func RoundTrip(t *testing.T, db Database) domain.Session {
	t.Helper()
	_, session := Begun(t, db)
	return Swaps(t, db, Rotation(session))
}

// Serves is RoundTrip where calls have little time: a busy machine takes longer than that now and then, which says nothing
// about the store.
func Serves(t *testing.T, db Database) {
	t.Helper()
	atLast(t, "the store serves", func() error {
		u, err := AddUser(t.Context(), db)
		if err != nil {
			return err
		}
		s := newSession(u)
		if _, err = gormstore.NewSessionStore(db.Engine()).Begin(t.Context(), s, u.PasswordHash, 100); err != nil {
			return err
		}
		_, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), Rotation(s))
		if err == nil && !swapped {
			t.Fatal("a rotation did not swap")
		}
		return err
	})
}

// swapsAtLast is Swaps where calls have little time. The rotation may have taken place by a call whose answer was lost.
func swapsAtLast(t *testing.T, db Database, r domain.Rotation) {
	t.Helper()
	atLast(t, "the rotation takes place", func() error {
		state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), r)
		if err == nil && state.Current.ID != r.Next.ID {
			t.Fatalf("swapped=%v, current %q, want %q", swapped, state.Current.ID, r.Next.ID)
		}
		return err
	})
}

// atLast tries again while the store is unavailable.
func atLast(t *testing.T, what string, try func() error) {
	t.Helper()
	within(t, what, func() bool {
		err := try()
		if err != nil && !errors.Is(err, domain.ErrUnavailable) {
			t.Fatal(err)
		}
		return err == nil
	})
}

// Recovers waits until the database can serve again.
func Recovers(t *testing.T, db Database) {
	t.Helper()
	within(t, "the store serves again", func() bool { return db.Engine().Check(t.Context()) == nil })
}

// unready checks that the database says it cannot serve.
func unready(t *testing.T, db Database) {
	t.Helper()
	if err := db.Engine().Check(t.Context()); !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("the readiness is %v, want %v", err, domain.ErrUnavailable)
	}
}

// Execute executes statements behind the adapter's back, one after the other on one connection.
func Execute(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	conn, err := db.Conn(t.Context())
	ok(t, err)
	defer conn.Close()
	for _, statement := range statements {
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// Holds executes statements in a transaction that holds its locks until release is called.
func Holds(t *testing.T, db *sql.DB, statements ...string) (tx *sql.Tx, release func()) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	ok(t, err)
	for _, statement := range statements {
		if _, err := tx.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return tx, func() { t.Helper(); ok(t, tx.Rollback()) }
}

// Rows returns what a query yields, the columns of a row with a space between them.
func Rows(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err has told by then
	columns, err := rows.Columns()
	ok(t, err)
	values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		ok(t, rows.Scan(into...))
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = v.String
		}
		all = append(all, strings.Join(texts, " "))
	}
	ok(t, rows.Err())
	return all
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// within waits until a condition holds.
func within(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(Patience); !holds(); {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", Patience, what)
		}
	}
}
