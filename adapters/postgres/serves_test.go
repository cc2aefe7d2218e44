package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// serves waits until a user is added, logs in and refreshes. Where calls have little time, a busy machine takes longer than
// that now and then, which says nothing about the store.
func serves(t *testing.T, db *postgres.Database) {
	t.Helper()
	atLast(t, "the store does not serve", func() error { return trip(t.Context(), db.Engine()) })
}

// swaps waits until a rotation has taken place, by this call or by one before it whose answer was lost.
func swaps(t *testing.T, store gormstore.SessionStore, r domain.Rotation) {
	t.Helper()
	atLast(t, "the rotation does not take place", func() error {
		state, swapped, err := store.Rotate(t.Context(), r)
		if err == nil && state.Current.ID != r.Next.ID {
			t.Fatalf("swapped=%v, current %q, want %q", swapped, state.Current.ID, r.Next.ID)
		}
		return err
	})
}

func atLast(t *testing.T, failure string, try func() error) {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		err := try()
		if err == nil {
			return
		}
		if !errors.Is(err, domain.ErrUnavailable) || time.Now().After(end) {
			t.Fatalf("%s: %v", failure, err)
		}
	}
}

func trip(ctx context.Context, e gormstore.Engine) error {
	ids, ends := uuidv7.IDs{}, policy.SessionEnd(noon)
	id, first := ids.New(), policy.FirstToken(ids.Random(), noon, ends)
	u := domain.User{ID: id, Email: id + "@example.com", PasswordHash: domain.NewSecret(id), Enabled: true, CreatedAt: noon}
	s := domain.Session{ID: id, UserID: id, CreatedAt: noon, EndsAt: ends, Current: first, LastExpiry: first.ExpiresAt}
	if err := gormstore.NewUserRegister(e).Add(ctx, u); err != nil {
		return err
	}
	store := gormstore.NewSessionStore(e)
	if _, err := store.Begin(ctx, s, u.PasswordHash, 100); err != nil {
		return err
	}
	state, swapped, err := store.Rotate(ctx, rotation(s))
	if err == nil && !swapped {
		return fmt.Errorf("the rotation did not swap: %+v", state)
	}
	return err
}
