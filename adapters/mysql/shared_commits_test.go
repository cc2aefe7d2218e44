package mysql_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

// crowd is rotations that are made to share a commit: the first waits for one until release is called.
type crowd struct {
	t       *testing.T
	db      *mysql.Database
	root    *sql.DB
	store   gormstore.SessionStore
	all     sync.WaitGroup
	begun   chan struct{}
	let     chan struct{}
	commits atomic.Int32
}

type answer struct {
	state   domain.SessionState
	swapped bool
	err     error
}

func newCrowd(t *testing.T, tune ...func(*mysql.Database)) *crowd {
	t.Helper()
	url := mariadb.Database(t)
	c := &crowd{t: t, db: migrated(t, url), root: mariadb.Connect(t, url), begun: make(chan struct{}), let: make(chan struct{})}
	for _, change := range tune {
		change(c.db)
	}
	e := c.db.Engine()
	rotateAll := e.RotateAll
	e.RotateAll = func(ctx context.Context, rotations []domain.Rotation) ([]domain.SessionState, error) {
		if c.commits.Add(1) == 1 {
			close(c.begun)
			<-c.let
		}
		return rotateAll(ctx, rotations)
	}
	c.store = gormstore.NewSessionStore(e)
	return c
}

// hold begins a commit with one rotation, so that those which come now wait for the next.
func (c *crowd) hold(first domain.Rotation) *answer {
	a := c.rotate(first)
	<-c.begun
	return a
}

// rotate begins a rotation. The answer is there once release has returned.
func (c *crowd) rotate(r domain.Rotation) *answer {
	a := new(answer)
	c.all.Go(func() { a.state, a.swapped, a.err = c.store.Rotate(c.t.Context(), r) })
	return a
}

func (c *crowd) release() {
	// The callers that were begun last have to reach the queue.
	time.Sleep(100 * time.Millisecond)
	close(c.let)
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
		answers = append(answers, c.rotate(r))
	}
	c.release()
	for i, a := range answers {
		c.wantSwapped("a rotation", a, rotations[i])
	}
	if n := c.commits.Load(); n != 2 {
		t.Errorf("there were %d commits, want 2", n)
	}
	if n := text(t, c.root, "SELECT COUNT(*) FROM sessions"); n != "50" {
		t.Errorf("there are %s rows, want one a session", n)
	}
}

func TestRotate_OneCallersBadRowFailsNobodyElse(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(3)
	first, good, bad := rotation(s[0]), rotation(s[1]), rotation(s[2])
	bad.Next.ID = domain.TokenID(strings.Repeat("2", 256))
	c.hold(first)
	poisoned, fine := c.rotate(bad), c.rotate(good)
	c.release()
	c.wantSwapped("the good one", fine, good)
	if poisoned.err == nil || errors.Is(poisoned.err, domain.ErrUnavailable) {
		t.Errorf("the bad row's error is %v, want one of its own", poisoned.err)
	}
}

func TestRotate_ASessionThatIsHeldHoldsUpNobodyElse(t *testing.T) {
	newCrowd(t).aHeldSessionHoldsUpNobodyElse()
}

func (c *crowd) aHeldSessionHoldsUpNobodyElse() {
	c.t.Helper()
	s := c.sessions(20)
	holder, err := c.root.BeginTx(c.t.Context(), nil)
	if err == nil {
		_, err = holder.ExecContext(c.t.Context(), "SELECT 1 FROM sessions WHERE id = ? FOR UPDATE", s[0].ID)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	first, waiting := rotation(s[1]), rotation(s[0])
	c.hold(first)
	held := c.rotate(waiting)
	var answers []*answer
	var rotations []domain.Rotation
	others := make(chan struct{})
	for _, session := range s[2:] {
		r := rotation(session)
		a := new(answer)
		rotations, answers = append(rotations, r), append(answers, a)
		go func() {
			a.state, a.swapped, a.err = c.store.Rotate(c.t.Context(), r)
			others <- struct{}{}
		}()
	}
	time.Sleep(100 * time.Millisecond)
	close(c.let)
	for range answers {
		<-others
	}
	for i, a := range answers {
		c.wantSwapped("while another is held", a, rotations[i])
	}
	if err := holder.Rollback(); err != nil {
		c.t.Fatal(err)
	}
	c.all.Wait()
	c.wantSwapped("once it is let go", held, waiting)
}

// A crowd with a token that was just replaced would stand in line for nothing.
func TestRotate_OfATokenThatIsNotCurrentWaitsForNobody(t *testing.T) {
	url := mariadb.Database(t)
	db := impatient(t, url)
	_, session := begun(t, db)
	store, r := gormstore.NewSessionStore(db.Engine()), rotation(session)
	if _, swapped, err := store.Rotate(t.Context(), r); err != nil || !swapped {
		t.Fatalf("swapped=%v, %v", swapped, err)
	}
	holder, err := mariadb.Connect(t, url).BeginTx(t.Context(), nil)
	if err == nil {
		_, err = holder.ExecContext(t.Context(), "SELECT 1 FROM sessions WHERE id = ? FOR UPDATE", session.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	state, swapped, err := store.Rotate(t.Context(), rotation(session))
	if err != nil || swapped || state.Current.ID != r.Next.ID {
		t.Errorf("the token just replaced, while the session is held: swapped=%v, %v, current %q, want %q", swapped, err,
			state.Current.ID, r.Next.ID)
	}
	if err := holder.Rollback(); err != nil {
		t.Fatal(err)
	}
}

func TestRotate_HoldsNoUser(t *testing.T) {
	c := newCrowd(t)
	u, session := begun(t, c.db)
	holder, err := c.root.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = holder.ExecContext(t.Context(), "SELECT 1 FROM users WHERE id = ? FOR UPDATE", u.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	close(c.let)
	r := rotation(session)
	state, swapped, err := c.store.Rotate(t.Context(), r)
	c.wantSwapped("while its user is held", &answer{state, swapped, err}, r)
	if err := holder.Rollback(); err != nil {
		t.Fatal(err)
	}
}

func TestRotate_OfTwoTokensOfOneSessionInOneCommitTheCurrentOneSwaps(t *testing.T) {
	c := newCrowd(t)
	s := c.sessions(2)
	first, current, stale, twin := rotation(s[0]), rotation(s[1]), rotation(s[1]), rotation(s[1])
	stale.Presented = "0.aaaaaaaaaaaaaaaaaaaaaa"
	c.hold(first)
	old, won, lost := c.rotate(stale), c.rotate(current), c.rotate(twin)
	c.release()
	if won.err != nil || lost.err != nil || old.err != nil || won.swapped == lost.swapped || old.swapped {
		t.Fatalf("the twins: %+v and %+v, the old token: %+v, want one swap", *won, *lost, *old)
	}
	if won.state != lost.state || old.state != won.state {
		t.Errorf("they saw\n%+v,\n%+v and\n%+v, want one state", won.state, lost.state, old.state)
	}
}

func TestRotate_DoesNotSwapForAUserWhoWasDisabledOrRemovedBehindOurBack(t *testing.T) {
	for what, statement := range map[string]string{
		"disabled": "UPDATE users SET enabled = FALSE WHERE id = ", "removed": "DELETE FROM users WHERE id = ",
	} {
		t.Run(what, func(t *testing.T) {
			url := mariadb.Database(t)
			db := migrated(t, url)
			u, session := begun(t, db)
			execute(t, mariadb.Connect(t, url), statement+"'"+u.ID+"'")
			state, swapped, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), rotation(session))
			if err != nil || swapped || state.UserEnabled || state.Current != session.Current {
				t.Errorf("swapped=%v, %v, the state is %+v, want it as it was", swapped, err, state)
			}
			roundTrip(t, db)
		})
	}
}

// Without a binary log a commit can be read before it is flushed, and a crash in between would take the token away that a
// replay was answered with.
func TestRotate_AReplayIsAnsweredOnceTheSwapIsFlushed(t *testing.T) {
	url := mariadb.Database(t)
	db, root := migrated(t, url), mariadb.Connect(t, url)
	_, session := begun(t, db)
	store := gormstore.NewSessionStore(db.Engine())
	flushes := []string{"0", "1", "2"}
	if onTiDB(t, root) {
		flushes = []string{"0", "0", "0"} // what can be read there is durable
	}
	for _, want := range flushes {
		if _, _, err := store.Rotate(t.Context(), rotation(session)); err != nil {
			t.Fatal(err)
		}
		if n := text(t, root, "SELECT COALESCE(SUM(counted), 0) FROM flushes"); n != want {
			t.Errorf("the log was flushed %s times for replays, want %s", n, want)
		}
	}
}

// Two replicas rotate the same sessions in opposite orders, each many at once. Nobody waits for anybody in a circle.
func TestRotate_OfTwoReplicasNeverDeadlocks(t *testing.T) {
	url := mariadb.Database(t)
	replicas := []*mysql.Database{migrated(t, url), opened(t, url, patience)}
	u, first := begun(t, replicas[0])
	sessions := []domain.Session{first}
	for len(sessions) < 30 {
		sessions = append(sessions, begin(t, replicas[0], u))
	}
	root := mariadb.Connect(t, url)
	before := deadlocks(t, root)
	for range 5 {
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
	if after := deadlocks(t, root); after != before {
		t.Errorf("there were deadlocks: %s before, %s after", before, after)
	}
}

// The taking in has asked for the cut-offs and found none when everything is ended. It must not be overlooked.
func TestRevokeAll_EndsWhatWasJustBeingTakenIn(t *testing.T) {
	url := mariadb.Database(t)
	db := migrated(t, url)
	u, session := begun(t, db)
	holder, err := mariadb.Connect(t, url).BeginTx(t.Context(), nil)
	if err == nil {
		// The taking in ends the oldest session, which it cannot get at.
		_, err = holder.ExecContext(t.Context(), "SELECT 1 FROM sessions WHERE id = ? FOR UPDATE", session.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	claims := domain.Claims{Subject: u.Email, ExpiresAt: noon.Add(time.Hour).Truncate(time.Second)}
	untracked := policy.UntrackedSession("an untracked token", claims, u.ID, domain.Client{}, noon)
	takenIn, revoked := make(chan error, 1), make(chan error, 1)
	go func() {
		takenIn <- gormstore.NewSessionStore(db.Engine()).TakeIn(t.Context(), untracked, u.Email, noon.Add(-time.Minute), 1)
	}()
	awaitWaiting(t, url)
	go func() {
		_, _, err := gormstore.NewSessionRegister(db.Engine()).RevokeAll(t.Context(), domain.ReasonOperator, noon, "", 10)
		revoked <- err
	}()
	select {
	case err := <-revoked:
		t.Fatalf("everything was ended while a token was being taken in: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	if err := holder.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-takenIn, <-revoked); err != nil {
		t.Fatal(err)
	}
	state, err := gormstore.NewSessionStore(db.Engine()).Find(t.Context(), untracked.ID)
	if err != nil || state.RevokedAt.IsZero() {
		t.Errorf("the session was revoked at %v, %v, want it ended", state.RevokedAt, err)
	}
}
