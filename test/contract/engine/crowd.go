package engine

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// Crowd is rotations that are made to share a commit: the first waits for one until Release is called.
type Crowd struct {
	t       *testing.T
	db      Database
	store   gormstore.SessionStore
	all     sync.WaitGroup
	begun   chan struct{}
	let     func()
	commits atomic.Int32
}

// Answer is what came of a rotation.
type Answer struct {
	State   domain.SessionState
	Swapped bool
	Err     error
}

// NewCrowd returns a crowd on a database.
func NewCrowd(t *testing.T, db Database) *Crowd {
	t.Helper()
	let := make(chan struct{})
	c := &Crowd{t: t, db: db, begun: make(chan struct{}), let: sync.OnceFunc(func() { close(let) })}
	e := db.Engine()
	rotateAll := e.RotateAll
	e.RotateAll = func(ctx context.Context, rotations []domain.Rotation) ([]domain.SessionState, error) {
		if c.commits.Add(1) == 1 {
			close(c.begun)
			<-let
		}
		return rotateAll(ctx, rotations)
	}
	c.store = gormstore.NewSessionStore(e)
	t.Cleanup(c.let)
	return c
}

// Sessions begins n sessions of one user.
func (c *Crowd) Sessions(n int) []domain.Session {
	c.t.Helper()
	u, first := Begun(c.t, c.db)
	all := []domain.Session{first}
	for len(all) < n {
		all = append(all, Begin(c.t, c.db, u))
	}
	return all
}

// Hold begins a commit with one rotation, so that those which come now wait for the next.
func (c *Crowd) Hold(first domain.Rotation) *Answer {
	a := c.Rotate(c.t.Context(), first)
	<-c.begun
	return a
}

// Rotate begins a rotation. The answer is there once Release has returned.
func (c *Crowd) Rotate(ctx context.Context, r domain.Rotation) *Answer {
	a := new(Answer)
	c.all.Go(func() { a.State, a.Swapped, a.Err = c.store.Rotate(ctx, r) })
	return a
}

// Release lets everybody go on and returns when all have been answered. It fails unless they took so many commits.
func (c *Crowd) Release(commits int32) {
	c.t.Helper()
	c.queued()
	c.let()
	c.all.Wait()
	if n := c.commits.Load(); n != commits {
		c.t.Errorf("there were %d commits, want %d", n, commits)
	}
}

// queued returns when the callers that were begun last have reached the queue.
func (c *Crowd) queued() { time.Sleep(100 * time.Millisecond) }

// WantSwapped checks that a rotation swapped, and that its answer is what stands.
func (c *Crowd) WantSwapped(what string, a *Answer, r domain.Rotation) {
	c.t.Helper()
	if a.Err != nil || !a.Swapped || a.State.Current.ID != r.Next.ID {
		c.t.Fatalf("%s: swapped=%v, %v, current %q, want %q", what, a.Swapped, a.Err, a.State.Current.ID, r.Next.ID)
	}
	if state, err := c.store.Find(c.t.Context(), r.SessionID); err != nil || state != a.State {
		c.t.Fatalf("%s: what was returned is\n%+v, what stands is\n%+v, %v", what, a.State, state, err)
	}
}
