package postgres_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// crowd is rotations that are made to share a commit: nothing can be stored until release is called.
type crowd struct {
	t       *testing.T
	url     string
	db      *postgres.Database
	store   gormstore.SessionStore
	lock    pgx.Tx
	all     sync.WaitGroup
	commits atomic.Int32
}

type answer struct {
	state   domain.SessionState
	swapped bool
	err     error
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	c := &crowd{t: t, url: pg.Database(t)}
	c.db = migrated(t, c.url, "vidaplus_auth")
	e := c.db.Engine()
	e.Observe, e.Now = func(int, time.Duration, time.Duration) { c.commits.Add(1) }, time.Now
	c.store = gormstore.NewSessionStore(e)
	return c
}

// hold lets nothing be stored, with one rotation on the way, so that those which come now wait for the next commit.
func (c *crowd) hold(first domain.Rotation) *answer {
	c.t.Helper()
	tx, err := connected(c.t, c.url).Begin(c.t.Context())
	if err == nil {
		_, err = tx.Exec(c.t.Context(), "LOCK TABLE vidaplus_auth.sessions IN EXCLUSIVE MODE")
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.lock = tx
	a := c.rotate(c.t.Context(), first)
	awaitWaiting(c.t, c.url, 1)
	return a
}

// rotate begins a rotation. The answer is there once release has returned.
func (c *crowd) rotate(ctx context.Context, r domain.Rotation) *answer {
	a := new(answer)
	c.all.Go(func() { a.state, a.swapped, a.err = c.store.Rotate(ctx, r) })
	return a
}

func (c *crowd) release() {
	c.t.Helper()
	// The callers that were begun last have to reach the queue.
	time.Sleep(100 * time.Millisecond)
	if err := c.lock.Rollback(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	c.all.Wait()
}

// sessions begins n sessions of one user.
func (c *crowd) sessions(n int) []domain.Session {
	c.t.Helper()
	u, first := begun(c.t, c.db)
	all := []domain.Session{first}
	for len(all) < n {
		all = append(all, begin(c.t, c.db, u))
	}
	return all
}

func (c *crowd) wantSwapped(what string, a *answer, r domain.Rotation) {
	c.t.Helper()
	if a.err != nil || !a.swapped || a.state.Current.ID != r.Next.ID {
		c.t.Fatalf("%s: swapped=%v, %v, current %q, want %q", what, a.swapped, a.err, a.state.Current.ID, r.Next.ID)
	}
	if state, err := c.store.Find(c.t.Context(), r.SessionID); err != nil || state != a.state {
		c.t.Fatalf("%s: what was returned is\n%+v, what stands is\n%+v, %v", what, a.state, state, err)
	}
}

func TestRotate_SharesACommitWithThoseWhoCameMeanwhile(t *testing.T) {
	c := newCrowd(t)
	var rotations []domain.Rotation
	for _, s := range c.sessions(50) {
		rotations = append(rotations, rotation(s))
	}
	answers := []*answer{c.hold(rotations[0])}
	for _, r := range rotations[1:] {
		answers = append(answers, c.rotate(t.Context(), r))
	}
	c.release()
	for i, a := range answers {
		c.wantSwapped("a rotation", a, rotations[i])
	}
	if n := c.commits.Load(); n != 2 {
		t.Errorf("there were %d commits, want 2", n)
	}
}

func TestRotate_OneCallersBadRowFailsNobodyElse(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(3)
	first, good, bad := rotation(s[0]), rotation(s[1]), rotation(s[2])
	bad.Next.ID = "2.\x00"
	c.hold(first)
	poisoned, fine := c.rotate(t.Context(), bad), c.rotate(t.Context(), good)
	c.release()
	c.wantSwapped("the good one", fine, good)
	if poisoned.err == nil || errors.Is(poisoned.err, domain.ErrUnavailable) {
		t.Errorf("the bad row's error is %v, want one of its own", poisoned.err)
	}
}

func TestRotate_ACallerWhoIsGoneIsLeftOutAndHoldsUpNobody(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(3)
	first, left, good := rotation(s[0]), rotation(s[1]), rotation(s[2])
	c.hold(first)
	ctx, leave := context.WithCancel(t.Context())
	gone, fine := c.rotate(ctx, left), c.rotate(t.Context(), good)
	time.Sleep(50 * time.Millisecond)
	leave()
	c.release()
	c.wantSwapped("the one who stayed", fine, good)
	if !errors.Is(gone.err, domain.ErrUnavailable) {
		t.Errorf("the error of the one who left is %v, want %v", gone.err, domain.ErrUnavailable)
	}
	if state, err := c.store.Find(t.Context(), left.SessionID); err != nil || state.Current != s[1].Current {
		t.Errorf("the session of the one who left has the token %v, %v, want it as it was", state.Current, err)
	}
}

func TestRotate_ASessionThatIsHeldHoldsUpNobodyElse(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(20)
	holder, err := connected(t, c.url).Begin(t.Context())
	if err == nil {
		_, err = holder.Exec(t.Context(), "SELECT 1 FROM vidaplus_auth.sessions WHERE id = $1 FOR UPDATE", s[0].ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	waiting := rotation(s[0])
	held := c.rotate(t.Context(), waiting)
	awaitWaiting(t, c.url, 1)
	for _, session := range s[1:] {
		r := rotation(session)
		state, swapped, err := c.store.Rotate(t.Context(), r)
		c.wantSwapped("while another is held", &answer{state, swapped, err}, r)
	}
	if err := holder.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.all.Wait()
	c.wantSwapped("once it is let go", held, waiting)
}

// The mark that a lock leaves behind when nothing was changed keeps a session out of one commit and not of the next.
func TestRotate_ASessionThatWasOnceLockedIsMadeAloneOnceAndThenSharesAgain(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(1)[0]
	execute(t, c.url, "BEGIN; SELECT 1 FROM vidaplus_auth.sessions FOR UPDATE; COMMIT")
	alone := func() bool {
		r := rotation(s)
		states, err := c.db.Engine().RotateAll(t.Context(), []domain.Rotation{r})
		if err != nil {
			t.Fatal(err)
		}
		if states[0].ID != "" {
			s = states[0].Session
			return false
		}
		state, swapped, err := c.store.Rotate(t.Context(), r)
		c.wantSwapped("the rotation", &answer{state, swapped, err}, r)
		s = state.Session
		return true
	}
	if !alone() {
		t.Error("a row with a lock's mark was part of a shared commit, so that it would wait for whoever holds the lock")
	}
	if alone() {
		t.Error("the session stays out of shared commits although nobody holds it")
	}
}

func TestRotate_ALostConnectionFailsTheWholeCommitAsUnavailable(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(9)
	answers := []*answer{c.hold(rotation(s[0]))}
	execute(t, c.url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND wait_event_type = 'Lock'`)
	awaitWaiting(t, c.url, 0)
	for _, session := range s[1:] {
		answers = append(answers, c.rotate(t.Context(), rotation(session)))
	}
	awaitWaiting(t, c.url, 1)
	time.Sleep(100 * time.Millisecond)
	execute(t, c.url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND wait_event_type = 'Lock'`)
	c.release()
	failed := 0
	for i, a := range answers {
		switch {
		case errors.Is(a.err, domain.ErrUnavailable):
			failed++
		case a.err != nil || !a.swapped:
			t.Errorf("rotation %d: swapped=%v, %v, want a swap or %v", i, a.swapped, a.err, domain.ErrUnavailable)
		}
	}
	if failed == 0 {
		t.Error("no rotation failed, so nothing is proved")
	}
	r := rotation(s[0])
	state, swapped, err := c.store.Rotate(t.Context(), r)
	c.wantSwapped("afterwards", &answer{state, swapped, err}, r)
}

func TestRotate_OfTwoTokensOfOneSessionInOneCommitTheCurrentOneSwaps(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(2)
	first, current, stale := rotation(s[0]), rotation(s[1]), rotation(s[1])
	twin := rotation(s[1])
	stale.Presented = "0.aaaaaaaaaaaaaaaaaaaaaa"
	c.hold(first)
	old, won, lost := c.rotate(t.Context(), stale), c.rotate(t.Context(), current), c.rotate(t.Context(), twin)
	c.release()
	if won.err != nil || lost.err != nil || old.err != nil || won.swapped == lost.swapped || old.swapped {
		t.Fatalf("the twins: %+v and %+v, the old token: %+v, want one swap", *won, *lost, *old)
	}
	if won.state != lost.state || old.state != won.state {
		t.Errorf("they saw\n%+v,\n%+v and\n%+v, want one state", won.state, lost.state, old.state)
	}
}

// Two replicas rotate the same sessions in opposite orders, each many at once. Nobody waits for anybody in a circle.
func TestRotate_OfTwoReplicasNeverDeadlocks(t *testing.T) {
	url := pg.Database(t)
	replicas := []*postgres.Database{migrated(t, url, "vidaplus_auth"), opened(t, url, "vidaplus_auth")}
	u, first := begun(t, replicas[0])
	sessions := []domain.Session{first}
	for len(sessions) < 30 {
		sessions = append(sessions, begin(t, replicas[0], u))
	}
	for range 10 {
		swaps := make([]atomic.Int32, len(sessions))
		var all sync.WaitGroup
		for side, db := range replicas {
			store := gormstore.NewSessionStore(db.Engine())
			for i := range sessions {
				if side == 1 {
					i = len(sessions) - 1 - i
				}
				all.Go(func() {
					_, swapped, err := store.Rotate(t.Context(), rotation(sessions[i]))
					if err != nil {
						t.Errorf("a rotation: %v", err)
					}
					if swapped {
						swaps[i].Add(1)
					}
				})
			}
		}
		all.Wait()
		for i := range sessions {
			if n := swaps[i].Load(); n != 1 {
				t.Fatalf("session %d was rotated %d times with one token, want once", i, n)
			}
			state, err := gormstore.NewSessionStore(replicas[0].Engine()).Find(t.Context(), sessions[i].ID)
			if err != nil {
				t.Fatal(err)
			}
			sessions[i] = state.Session
		}
	}
	if n := rows(t, url, "SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()"); n[0] != "0" {
		t.Errorf("there were %s deadlocks, want none", n[0])
	}
}

func TestRotations_AreHeapOnlyAndLeaveTheTableAsSmallAsItWas(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(30)
	size := func() string { return rows(t, c.url, "SELECT pg_relation_size('vidaplus_auth.sessions')::text")[0] }
	var before string
	for round := range 60 {
		if round == 20 {
			before = size()
		}
		for i, session := range s {
			state, swapped, err := c.store.Rotate(t.Context(), rotation(session))
			if err != nil || !swapped {
				t.Fatalf("swapped=%v, %v", swapped, err)
			}
			s[i] = state.Session
		}
	}
	if after := size(); after != before {
		t.Errorf("the table grew from %s to %s bytes", before, after)
	}
	if n := rows(t, c.url, "SELECT count(*)::text FROM vidaplus_auth.sessions"); n[0] != "30" {
		t.Errorf("there are %s rows, want one a session", n[0])
	}
}
