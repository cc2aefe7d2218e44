package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// reversed stores the sessions anew so that the table has them from the greatest id to the least.
func reversed(t *testing.T, url string) {
	t.Helper()
	execute(t, url, "CREATE TABLE copied AS TABLE vidaplus_auth.sessions", "TRUNCATE vidaplus_auth.sessions",
		"INSERT INTO vidaplus_auth.sessions SELECT * FROM copied ORDER BY id DESC", "DROP TABLE copied")
}

// Whoever holds the least id holds up every other revocation of several sessions, which then holds nothing.
func TestRevocations_TakeSessionsInTheOrderOfTheirIDs(t *testing.T) {
	disabled := false
	for what, revoke := range map[string]func(gormstore.Engine, domain.User) error{
		"of a user's sessions": func(e gormstore.Engine, u domain.User) error {
			_, err := gormstore.NewSessionRegister(e).RevokeUser(t.Context(), u.ID, "", domain.ReasonOperator, engine.Noon)
			return err
		},
		"of everybody's": func(e gormstore.Engine, _ domain.User) error {
			_, _, err := gormstore.NewSessionRegister(e).RevokeAll(t.Context(), domain.ReasonOperator, engine.Noon, "", 100)
			return err
		},
		"by disabling": func(e gormstore.Engine, u domain.User) error {
			_, err := gormstore.NewUserRegister(e).Change(t.Context(), u.ID, domain.UserChange{Enabled: &disabled, At: engine.Noon})
			return err
		},
		"of the oldest by a log-in": func(e gormstore.Engine, u domain.User) error {
			ends := engine.Policy.SessionEnd(engine.Noon)
			first := engine.Policy.FirstToken("aaaaaaaaaaaaaaaaaaaaaa", engine.Noon, ends)
			s := domain.Session{ID: "new", UserID: u.ID, CreatedAt: engine.Noon, EndsAt: ends, Current: first, LastExpiry: first.ExpiresAt}
			_, err := gormstore.NewSessionStore(e).Begin(t.Context(), s, u.PasswordHash, 1)
			return err
		},
	} {
		t.Run(what, func(t *testing.T) {
			url := pg.Database(t)
			db := migrated(t, url, "vidaplus_auth")
			u, first := engine.Begun(t, db)
			ids := []string{first.ID}
			for len(ids) < 4 {
				ids = append(ids, engine.Begin(t, db, u).ID)
			}
			slices.Sort(ids)
			reversed(t, url)
			holdsNothingWhileTheFirstIsHeld(t, url, db, ids, func(e gormstore.Engine) error { return revoke(e, u) })
		})
	}
}

func holdsNothingWhileTheFirstIsHeld(t *testing.T, url string, db *postgres.Database, ids []string, revoke func(gormstore.Engine) error) {
	t.Helper()
	holder, err := connected(t, url).Begin(t.Context())
	if err == nil {
		_, err = holder.Exec(t.Context(), "SELECT 1 FROM vidaplus_auth.sessions WHERE id = $1 FOR UPDATE", ids[0])
	}
	if err != nil {
		t.Fatal(err)
	}
	revoked := make(chan error, 1)
	go func() { revoked <- revoke(db.Engine()) }()
	server.AwaitWaiting(t, url, 1)
	free := rows(t, url, "SELECT id FROM vidaplus_auth.sessions ORDER BY id FOR UPDATE SKIP LOCKED")
	if !slices.Equal(free, ids[1:]) {
		t.Errorf("while %s is held %s are free, want %s", ids[0], strings.Join(free, " "), strings.Join(ids[1:], " "))
	}
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-revoked; err != nil {
		t.Fatal(err)
	}
	ended := rows(t, url, "SELECT id FROM vidaplus_auth.sessions WHERE revoked_at IS NOT NULL ORDER BY id")
	if !slices.Equal(ended, ids) {
		t.Errorf("%s have ended, want %s", strings.Join(ended, " "), strings.Join(ids, " "))
	}
}

// The rotation has the first session and is about to take the second when everything is revoked.
func TestRevokeAll_MeetsASharedCommitWithoutADeadlock(t *testing.T) {
	c := newPause(t)
	_, first := engine.Begun(t, c.db)
	_, second := engine.Begun(t, c.db)
	reversed(t, c.url)
	c.pausing(second.UserID)
	revoked := make(chan error, 1)
	states, err := c.between([]domain.Rotation{engine.Rotation(first), engine.Rotation(second)}, func() {
		go func() {
			_, _, err := gormstore.NewSessionRegister(c.db.Engine()).RevokeAll(t.Context(), domain.ReasonOperator, engine.Noon, "", 100)
			revoked <- err
		}()
		server.AwaitWaiting(t, c.url, 2)
	})
	if err != nil || states[0].ID == "" || states[1].ID == "" {
		t.Errorf("%+v, %v, want that both swapped", states, err)
	}
	if err := <-revoked; err != nil {
		t.Error(err)
	}
	if n := rows(t, c.url, "SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()"); n[0] != "0" {
		t.Errorf("there were %s deadlocks, want none", n[0])
	}
	if n := rows(t, c.url, "SELECT count(*)::text FROM vidaplus_auth.sessions WHERE revoked_at IS NULL"); n[0] != "0" {
		t.Errorf("%s sessions go on", fmt.Sprint(n[0]))
	}
}
