package postgres_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// What the platform does while rotations wait for their commit counts in it, for each account by itself.
func TestShare_ASharedCommitHonoursWhatThePlatformDidMeanwhile(t *testing.T) {
	db, url := sharing(t, "integer")
	c := engine.NewCrowd(t, db)
	execute(t, url, insertTheirs+`(1, 'F', 'first@x', 'h', TRUE, FALSE), (2, 'K', 'kept@x', 'h', TRUE, FALSE),
		(3, 'D', 'disabled@x', 'h', TRUE, FALSE), (4, 'G', 'gone@x', 'h', TRUE, FALSE), (5, 'C', 'before@x', 'h', TRUE, FALSE)`)
	var rotations []domain.Rotation
	for id := 1; id <= 5; id++ {
		rotations = append(rotations, engine.Rotation(engine.Begin(t, db, domain.User{ID: strconv.Itoa(id), PasswordHash: domain.NewSecret("h")})))
	}
	answers := []*engine.Answer{c.Hold(rotations[0])}
	for _, r := range rotations[1:] {
		answers = append(answers, c.Rotate(t.Context(), r))
	}
	execute(t, url, "UPDATE public.users SET is_active = FALSE WHERE id = 3", "DELETE FROM public.users WHERE id = 4",
		"UPDATE public.users SET email = 'after@x' WHERE id = 5")
	c.Release(2)
	for i, email := range map[int]string{0: "first@x", 1: "kept@x", 4: "after@x"} {
		c.WantSwapped(email, answers[i], rotations[i])
		if answers[i].State.Email != email {
			t.Errorf("the address is %q, want %q", answers[i].State.Email, email)
		}
	}
	for _, i := range []int{2, 3} {
		if a := answers[i]; a.Err != nil || a.Swapped || a.State.UserEnabled || a.State.Current.ID != rotations[i].Presented {
			t.Errorf("account %d: %+v, want no swap", i+1, *a)
		}
	}
}

func TestShare_AnAccountThatLostItsAddressFailsNobodyElse(t *testing.T) {
	db, url := sharing(t, "integer")
	execute(t, url, "ALTER TABLE public.users ALTER email DROP NOT NULL",
		insertTheirs+"(1, 'K', 'kept@x', 'h', TRUE, FALSE), (2, 'L', 'lost@x', 'h', TRUE, FALSE)")
	kept := engine.Rotation(engine.Begin(t, db, domain.User{ID: "1", PasswordHash: domain.NewSecret("h")}))
	lost := engine.Rotation(engine.Begin(t, db, domain.User{ID: "2", PasswordHash: domain.NewSecret("h")}))
	execute(t, url, "UPDATE public.users SET email = NULL WHERE id = 2")
	states, err := db.Engine().RotateAll(t.Context(), []domain.Rotation{lost, kept})
	if err != nil || states[0].ID != "" || states[1].Current.ID != kept.Next.ID {
		t.Errorf("%+v, %v, want the one with an address, and the other left out", states, err)
	}
}

// Nobody need have analyzed their table since the indexes were made: the plan of the shared rotation, which is kept for
// whoever comes, has to be right from the beginning.
func TestShare_ASharedRotationAsksALargeTableByItsIndex(t *testing.T) {
	for _, analyzed := range []string{"SELECT 1", "ANALYZE public.users", "ANALYZE"} {
		t.Run(analyzed, func(t *testing.T) {
			url := pg.Database(t)
			execute(t, url, strings.Replace(theirTable, "%s", "integer", 1),
				"ALTER TABLE public.users SET (autovacuum_enabled = FALSE)",
				insertTheirs[:len(insertTheirs)-len("VALUES ")]+
					`SELECT n, 'N', 'user' || n || '@x', 'h', TRUE, FALSE FROM generate_series(1, 100000) AS n`, "ANALYZE public.users")
			db := shared(t, url)
			engine.Begin(t, db, domain.User{ID: "7", PasswordHash: domain.NewSecret("h")})
			execute(t, url, `INSERT INTO vidaplus_auth.sessions SELECT id || n, n, created_at, ends_at, address, user_agent, current_jti,
				issued_at, expires_at, replaced_jti, replaced_at, last_expiry, revoked_at, revoked_for
				FROM vidaplus_auth.sessions, generate_series(1, 20000) AS n`, analyzed)
			plan := planned(t, url, db)
			if !strings.Contains(plan, "vidaplus_auth_users_id") || strings.Contains(plan, "Seq Scan") {
				t.Errorf("the plan is\n%s\nwant our index on their ids", plan)
			}
		})
	}
}
