package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestReplicas_FourStartAtOnceOnAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		began := time.Now()
		replicas := make([]*service, 4)
		for i := range replicas {
			replicas[i] = unstarted(t, program.Process{Env: program.Environment(database)})
			replicas[i].Launch()
		}
		for _, s := range replicas {
			s.AwaitReady()
		}
		// A lock that is asked for in intervals makes the last of four wait for seconds.
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v until all were ready", took)
		} else {
			t.Logf("all were ready after %v", took.Round(time.Millisecond))
		}
		replicas[0].AddUser(maria, mariasPassword)
		token := replicas[0].loggedIn()
		for _, s := range replicas {
			token = s.refreshed(token)
		}
	})
}

func TestReplicas_AnOlderProgramServesBesideANewerSchema(t *testing.T) {
	t.Parallel()
	database := pg.Database(t)
	s := withUser(t, database, "LOG_LEVEL=warn")
	members := crowd(crowdSize, s)
	finish := inBackground(t, members)
	areServed(t, members)
	// What the next version's first migration may do while this one still serves: it only adds.
	conn := connected(t, database)
	for _, statement := range []string{
		"ALTER TABLE vidaplus_auth.sessions ADD COLUMN refreshed_from text",
		"ALTER TABLE vidaplus_auth.users ADD COLUMN locale text NOT NULL DEFAULT ''",
		"CREATE TABLE vidaplus_auth.devices (id text PRIMARY KEY)",
		"INSERT INTO vidaplus_auth.goose_db_version (version_id, is_applied) VALUES (900, true)",
	} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		areServed(t, members)
	}
	finish()
	nobodyWasTurnedAway(t, members)
	s.login(maria, mariasPassword).token(t)
	s.Must("", "migrate")
	late := start(t, database, "MIGRATE_ON_START=false")
	late.refreshed(late.login(maria, mariasPassword).token(t))
}

func TestReplicas_CommandsAndTheServiceShareASQLiteFile(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:"+filepath.Join(t.TempDir(), "vidaplus.db"), "LOG_LEVEL=warn")
	members := crowd(crowdSize, s)
	finish := inBackground(t, members)
	areServed(t, members)
	var all sync.WaitGroup
	for i := range 3 {
		all.Go(func() {
			email := fmt.Sprintf("user%d@example.com", i)
			for _, args := range [][]string{
				{"users", "add", email, "--password-stdin"}, {"users", "list"}, {"users", "disable", email},
				{"users", "enable", email}, {"sessions", "list", maria}, {"sessions", "prune"}, {"migrate"},
			} {
				if _, stderr, code := s.Run(mariasPassword+"\n", args...); code != 0 {
					t.Errorf("%q ended with %d: %s", args, code, stderr)
				}
			}
		})
	}
	all.Wait()
	areServed(t, members)
	finish()
	if n := members[0].seen.count(http.StatusServiceUnavailable); n > 0 {
		t.Errorf("clients were told %d times to come again", n)
	}
	nobodyWasTurnedAway(t, members)
	s.login("user1@example.com", mariasPassword).token(t)
}
