package gormstore

import (
	"context"
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// RotateAll makes those of the rotations that it can make without waiting for anybody, in one atomic, durable step. It
// returns a state for each rotation, in their order: as ports.SessionStore.Rotate returns it for one that swapped, and
// the zero state for one that was left out, for whatever reason. Two rotations may be of one session; at most one swaps.
// A connection that is lost or too slow is an error; nobody knows then what happened.
type RotateAll func(ctx context.Context, rotations []domain.Rotation) ([]domain.SessionState, error)

// CommitObserver is told of each shared commit: how many rotations it carried, how long the first of them had waited
// for it, and how long it took.
type CommitObserver func(rotations int, waited, took time.Duration)

// maxShared bounds a commit. Twice as many would hardly be cheaper, and would hold a caller up for longer.
const maxShared = 512

// sharedCommits lets rotations travel together. One that comes while no commit is under way starts at once, alone;
// those that come meanwhile share the next commit. What a shared commit leaves out is for its caller to make alone.
type sharedCommits struct {
	engine Engine

	mu     sync.Mutex
	queue  []*traveller
	active bool
}

// traveller is a caller who waits for a commit.
type traveller struct {
	ctx      context.Context //nolint:containedctx // a commit runs under the context of its first traveller
	rotation domain.Rotation
	since    time.Time
	arrival  chan arrival
	gone     bool
}

type arrival struct {
	state domain.SessionState
	// alone says that the commit left the rotation out.
	alone bool
	err   error
}

// rotate returns the state after the swap, or that the rotation is still to be made, alone.
func (c *sharedCommits) rotate(ctx context.Context, r domain.Rotation) (state domain.SessionState, alone bool, err error) {
	if err := ctx.Err(); err != nil {
		return state, false, err
	}
	t := c.board(ctx, r)
	patience := time.NewTimer(c.engine.Timeout)
	defer patience.Stop()
	select {
	case a := <-t.arrival:
		return a.state, a.alone, a.err
	case <-ctx.Done():
		err = ctx.Err()
	case <-patience.C:
		err = context.DeadlineExceeded
	case <-c.engine.hurried():
		err = context.Canceled
	}
	c.leave(t)
	return state, false, err
}

// board puts a rotation into the queue, and sees to it that somebody works through it.
func (c *sharedCommits) board(ctx context.Context, r domain.Rotation) *traveller {
	t := &traveller{ctx: ctx, rotation: r, since: c.engine.now(), arrival: make(chan arrival, 1)}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, t)
	if !c.active {
		c.active = true
		go c.work()
	}
	return t
}

// leave takes back a rotation that no commit has begun with.
func (c *sharedCommits) leave(t *traveller) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t.gone = true
}

func (c *sharedCommits) work() {
	for batch := c.next(); batch != nil; batch = c.next() {
		c.commit(batch)
	}
}

// next returns who travels with the next commit, nil once nobody waits any more.
func (c *sharedCommits) next() []*traveller {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.queue) > 0 {
		n := min(len(c.queue), maxShared)
		batch := make([]*traveller, 0, n)
		for _, t := range c.queue[:n] {
			if !t.gone {
				batch = append(batch, t)
			}
		}
		c.queue = c.queue[n:]
		if len(batch) > 0 {
			return batch
		}
	}
	c.queue, c.active = nil, false
	return nil
}

// commit makes the rotations and tells each caller what became of it. The callers' contexts end their own waiting only.
func (c *sharedCommits) commit(batch []*traveller) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), c.engine.Timeout)
	defer cancel()
	rotations := make([]domain.Rotation, len(batch))
	for i, t := range batch {
		rotations[i] = t.rotation
	}
	began := c.engine.now()
	states, err := c.engine.RotateAll(ctx, rotations)
	c.engine.observe(len(batch), began.Sub(batch[0].since), began)
	if err != nil && c.engine.kind(err) == Unavailable {
		for _, t := range batch {
			t.arrival <- arrival{err: err}
		}
		return
	}
	for i, t := range batch {
		// Another error is that of one rotation, and the others must not suffer from it.
		if err != nil || states[i].ID == "" {
			t.arrival <- arrival{alone: true}
		} else {
			t.arrival <- arrival{state: states[i]}
		}
	}
}
