package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// standbyless makes every commit of the server wait for a standby that does not exist.
func standbyless(t *testing.T, server *pg.Server) {
	t.Helper()
	execute(t, server.URL(), "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
	execute(t, server.URL(), "SELECT pg_reload_conf()")
	for end := time.Now().Add(engine.Patience); ; {
		ctx, cancel := context.WithTimeout(t.Context(), engine.Impatience)
		_, err := connected(t, server.URL()).Exec(ctx, "SELECT pg_logical_emit_message(true, 'test', '')")
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return
		}
		if err != nil || time.Now().After(end) {
			t.Fatalf("a commit does not wait for the standby: %v", err)
		}
	}
}

// withoutStandby takes back what standbyless did.
func withoutStandby(t *testing.T, server *pg.Server) {
	t.Helper()
	execute(t, server.URL(), "ALTER SYSTEM RESET synchronous_standby_names")
	execute(t, server.URL(), "SELECT pg_reload_conf()")
}

// cancelWait breaks off the wait of one commit for its standby, as an operator or a time-out does.
func cancelWait(t *testing.T, server *pg.Server) {
	t.Helper()
	conn := connected(t, server.URL())
	for end := time.Now().Add(engine.Patience); ; {
		var n int
		err := conn.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE pg_cancel_backend(pid))
			FROM pg_stat_activity WHERE wait_event = 'SyncRep'`).Scan(&n)
		if n > 0 {
			return
		}
		if err != nil || time.Now().After(end) {
			t.Fatalf("no commit waits for the standby: %v", err)
		}
	}
}

func TestStores_ACommitWhoseWaitForTheStandbyIsCancelledHasAnUnknownOutcome(t *testing.T) {
	server := pg.Start(t)
	direct := migrated(t, server.URL(), "vidaplus_auth")
	user, session := engine.Begun(t, direct)
	other := engine.Begin(t, direct, user)
	alone := direct.Engine()
	alone.RotateAll = nil
	pooled := opened(t, pooled(t, server.URL()), "vidaplus_auth")
	standbyless(t, server)
	for _, commit := range []struct {
		what string
		do   func() error
	}{
		{"a shared commit", func() error {
			_, _, err := gormstore.NewSessionStore(direct.Engine()).Rotate(t.Context(), engine.Rotation(session))
			return err
		}},
		{"a rotation alone", func() error {
			_, _, err := gormstore.NewSessionStore(alone).Rotate(t.Context(), engine.Rotation(other))
			return err
		}},
		{"a statement through PgBouncer, of the token just replaced", func() error {
			return gormstore.NewSessionStore(pooled.Engine()).RestartGrace(t.Context(), session.ID, session.Current.ID, engine.Noon.Add(time.Second))
		}},
		{"a transaction", func() error {
			_, err := gormstore.NewSessionRegister(direct.Engine()).RevokeUser(t.Context(), user.ID, "", domain.ReasonOperator, engine.Noon)
			return err
		}},
	} {
		got := make(chan error, 1)
		go func() { got <- commit.do() }()
		cancelWait(t, server)
		if err := <-got; !errors.Is(err, domain.ErrUnavailable) {
			t.Errorf("%s: the error is %v, want %v", commit.what, err, domain.ErrUnavailable)
		}
	}
}

// What was committed without a standby can be read, and must not be handed out before a standby has it.
func TestStores_NobodyIsToldWhatNoStandbyHas(t *testing.T) {
	server := pg.Start(t)
	db := impatient(t, server.URL())
	alone := db.Engine()
	alone.RotateAll = nil
	register := gormstore.NewSessionRegister(db.Engine())
	type presented struct {
		how    string
		store  gormstore.SessionStore
		rotate domain.Rotation
	}
	user, first := engine.Begun(t, db)
	all := []presented{
		{"by a shared commit", gormstore.NewSessionStore(db.Engine()), engine.Rotation(first)},
		{"alone", gormstore.NewSessionStore(alone), engine.Rotation(engine.Begin(t, db, user))},
	}
	standbyless(t, server)
	for _, p := range all {
		for try := range 3 {
			if _, _, err := p.store.Rotate(t.Context(), p.rotate); !errors.Is(err, domain.ErrUnavailable) {
				t.Errorf("%s, try %d: the error is %v, want %v", p.how, try, err, domain.ErrUnavailable)
			}
		}
		state, err := p.store.Find(t.Context(), p.rotate.SessionID)
		if err != nil || state.Replaced != p.rotate.Presented {
			t.Fatalf("%s: the swap cannot be seen, so nothing is proved: %+v, %v", p.how, state, err)
		}
	}
	for try := range 3 {
		if _, err := register.Revoke(t.Context(), first.ID, domain.ReasonLogout, engine.Noon); !errors.Is(err, domain.ErrUnavailable) {
			t.Errorf("revocation %d: the error is %v, want %v", try, err, domain.ErrUnavailable)
		}
	}
	withoutStandby(t, server)
	engine.Recovers(t, db)
	for _, p := range all {
		state, swapped, err := p.store.Rotate(t.Context(), p.rotate)
		if err != nil || swapped || state.Current.ID != p.rotate.Next.ID {
			t.Errorf("%s, without a standby to wait for: swapped=%v, %v, current %q, want %q", p.how, swapped, err,
				state.Current.ID, p.rotate.Next.ID)
		}
	}
	if again, err := register.Revoke(t.Context(), first.ID, domain.ReasonLogout, engine.Noon); err != nil || again {
		t.Errorf("without a standby to wait for: revoked=%v, %v, want it revoked before", again, err)
	}
}

func TestReadiness_IsRefusedWhereTheServerMayNotWarn(t *testing.T) {
	given := pg.Database(t)
	migrated(t, given, "vidaplus_auth")
	muted := opened(t, given+"&client_min_messages=error", "vidaplus_auth")
	if err := muted.Engine().Check(t.Context()); !errors.Is(err, domain.ErrUnavailable) || !strings.Contains(err.Error(), "client_min_messages") {
		t.Errorf("the readiness is %v, want one that names client_min_messages", err)
	}
}

// two starts a primary and another server, and returns a database that is looked for on both, with a full pool.
func two(t *testing.T) (primary, other *pg.Server, db *postgres.Database) {
	t.Helper()
	primary, other = pg.Start(t), pg.Start(t)
	migrated(t, primary.URL(), "vidaplus_auth")
	migrated(t, other.URL(), "vidaplus_auth")
	first, _, _ := strings.Cut(primary.URL(), "/postgres?")
	_, second, _ := strings.Cut(other.URL(), "@")
	db, err := postgres.Open(t.Context(), domain.NewSecret(first+","+second+"&target_session_attrs=read-write&application_name=tried"),
		"vidaplus_auth", poolSize, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	var all sync.WaitGroup
	for range poolSize {
		all.Go(func() {
			if err := db.Engine().DB.Exec("SELECT pg_sleep(0.3)").Error; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := rows(t, primary.URL(), connections); n[0] != fmt.Sprint(poolSize) {
		t.Fatalf("the pool has %s connections to the primary, want %d", n[0], poolSize)
	}
	return primary, other, db
}

const (
	poolSize    = 8
	connections = "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'tried'"
)

// movesOn checks that a rotation is answered by the other server, which knows no session, after a failure or two.
func movesOn(t *testing.T, db *postgres.Database) {
	t.Helper()
	var all []error
	for range 3 {
		_, _, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), engine.Rotation(domain.Session{ID: "nobody's"}))
		if errors.Is(err, domain.ErrSessionUnknown) {
			return
		}
		if all = append(all, err); !errors.Is(err, domain.ErrUnavailable) {
			t.Errorf("meanwhile the error is %v, want %v", err, domain.ErrUnavailable)
		}
	}
	t.Errorf("no answer of the other server after %v", errors.Join(all...))
}

func TestPool_LeavesAServerThatIsGone(t *testing.T) {
	primary, _, db := two(t)
	primary.Kill()
	movesOn(t, db)
}

func TestPool_LeavesAServerThatHangsWithAllItsConnections(t *testing.T) {
	primary, _, db := two(t)
	primary.Pause()
	movesOn(t, db)
}

func TestPool_LeavesAServerThatHasBecomeAStandbyWithAllItsConnections(t *testing.T) {
	primary, _, db := two(t)
	_, session := engine.Begun(t, db)
	execute(t, primary.URL(), "ALTER SYSTEM SET default_transaction_read_only = on")
	execute(t, primary.URL(), "SELECT pg_reload_conf()")
	store := gormstore.NewSessionStore(db.Engine())
	err := errors.New("not asked")
	for end := time.Now().Add(engine.Patience); !errors.Is(err, domain.ErrUnavailable); {
		if _, _, err = store.Rotate(t.Context(), engine.Rotation(session)); time.Now().After(end) {
			t.Fatalf("the server does not become read-only: %v", err)
		}
	}
	watch := connected(t, primary.URL())
	for end, n := time.Now().Add(10*time.Second), "all"; n != "0"; {
		if err := watch.QueryRow(t.Context(), connections).Scan(&n); err != nil || time.Now().After(end) {
			t.Fatalf("there are still %s connections to the former primary, %v", n, err)
		}
	}
	movesOn(t, db)
}
