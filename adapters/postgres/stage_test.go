package postgres_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

var (
	policy = domain.Policy{TokenLifetime: 30 * time.Minute, SessionMaxAge: 720 * time.Hour}
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
)

func stores(e gormstore.Engine) contract.Storage {
	return contract.Storage{
		Sessions:        gormstore.NewSessionStore(e),
		SessionRegister: gormstore.NewSessionRegister(e),
		Users:           gormstore.NewUserStore(e),
		UserRegister:    gormstore.NewUserRegister(e),
		Attempts:        gormstore.NewAttemptStore(e),
		Events:          gormstore.NewEventStore(e),
	}
}

// begun adds a user and begins a session.
func begun(t *testing.T, db *postgres.Database) (domain.User, domain.Session) {
	t.Helper()
	id := uuidv7.IDs{}.New()
	u := domain.User{ID: id, Email: id + "@example.com", PasswordHash: domain.NewSecret(id), Enabled: true, CreatedAt: noon}
	if err := gormstore.NewUserRegister(db.Engine()).Add(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	return u, begin(t, db, u)
}

func begin(t *testing.T, db *postgres.Database, u domain.User) domain.Session {
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
func roundTrip(t *testing.T, db *postgres.Database) {
	t.Helper()
	_, session := begun(t, db)
	r := rotation(session)
	state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), r)
	if err != nil || !swapped || state.Current.ID != r.Next.ID {
		t.Fatalf("a rotation: swapped=%v, %v, current %q, want %q", swapped, err, state.Current.ID, r.Next.ID)
	}
}
