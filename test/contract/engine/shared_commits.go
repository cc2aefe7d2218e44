package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// crowd is a test of rotations that share commits.
func (s Subject) crowd(t *testing.T, name string, test func(c *Crowd, place string)) {
	t.Run(name, func(t *testing.T) {
		place := s.Place(t)
		test(NewCrowd(t, s.migrated(t, place)), place)
	})
}

func (c *Crowd) sharesACommit() {
	var rotations []domain.Rotation
	for _, s := range c.Sessions(50) {
		rotations = append(rotations, Rotation(s))
	}
	answers := []*Answer{c.Hold(rotations[0])}
	for _, r := range rotations[1:] {
		answers = append(answers, c.Rotate(c.t.Context(), r))
	}
	c.Release(2)
	for i, a := range answers {
		c.WantSwapped("a rotation", a, rotations[i])
	}
	var rows int64
	if err := c.db.Engine().DB.Table(c.db.Engine().Prefix + "sessions").Count(&rows).Error; err != nil || rows != 50 {
		c.t.Errorf("there are %d rows, %v, want one a session", rows, err)
	}
}

func (s Server) oneBadRow(c *Crowd, _ string) {
	all := c.Sessions(3)
	first, good, bad := Rotation(all[0]), Rotation(all[1]), Rotation(all[2])
	bad.Next.ID = s.Unstorable
	c.Hold(first)
	poisoned, fine := c.Rotate(c.t.Context(), bad), c.Rotate(c.t.Context(), good)
	c.Release(2)
	c.WantSwapped("the good one", fine, good)
	if poisoned.Err == nil || errors.Is(poisoned.Err, domain.ErrUnavailable) {
		c.t.Errorf("the bad row's error is %v, want one of its own", poisoned.Err)
	}
}

func (c *Crowd) oneIsGone() {
	s := c.Sessions(3)
	first, left, good := Rotation(s[0]), Rotation(s[1]), Rotation(s[2])
	c.Hold(first)
	ctx, leave := context.WithCancel(c.t.Context())
	gone, fine := c.Rotate(ctx, left), c.Rotate(c.t.Context(), good)
	c.queued()
	leave()
	c.Release(2)
	c.WantSwapped("the one who stayed", fine, good)
	if !errors.Is(gone.Err, domain.ErrUnavailable) {
		c.t.Errorf("the error of the one who left is %v, want %v", gone.Err, domain.ErrUnavailable)
	}
	if state, err := c.store.Find(c.t.Context(), left.SessionID); err != nil || state.Current != s[1].Current {
		c.t.Errorf("the session of the one who left has the token %v, %v, want it as it was", state.Current, err)
	}
}

func (c *Crowd) twins() {
	s := c.Sessions(2)
	first, current, stale, twin := Rotation(s[0]), Rotation(s[1]), Rotation(s[1]), Rotation(s[1])
	stale.Presented = "0.aaaaaaaaaaaaaaaaaaaaaa"
	c.Hold(first)
	old, won, lost := c.Rotate(c.t.Context(), stale), c.Rotate(c.t.Context(), current), c.Rotate(c.t.Context(), twin)
	c.Release(2)
	if won.Err != nil || lost.Err != nil || old.Err != nil || won.Swapped == lost.Swapped || old.Swapped {
		c.t.Fatalf("the twins: %+v and %+v, the old token: %+v, want one swap", *won, *lost, *old)
	}
	if won.State != lost.State || old.State != won.State {
		c.t.Errorf("they saw\n%+v,\n%+v and\n%+v, want one state", won.State, lost.State, old.State)
	}
}

// OneIsHeld checks that a commit goes on without a session that somebody holds, and that the next ones do too while its
// caller waits for it.
func (s Server) OneIsHeld(c *Crowd, place string) {
	c.t.Helper()
	sessions := c.Sessions(20)
	_, release := Holds(c.t, s.Connect(c.t, place), "SELECT 1 FROM sessions WHERE id = '"+sessions[0].ID+"' FOR UPDATE")
	waiting := Rotation(sessions[0])
	c.Hold(Rotation(sessions[1]))
	held := c.Rotate(c.t.Context(), waiting)
	var others sync.WaitGroup
	answers, rotations := make([]Answer, len(sessions)), make([]domain.Rotation, len(sessions))
	for i := 2; i < len(sessions); i++ {
		rotations[i] = Rotation(sessions[i])
		others.Go(func() {
			a := &answers[i]
			a.State, a.Swapped, a.Err = c.store.Rotate(c.t.Context(), rotations[i])
		})
	}
	c.queued()
	c.let()
	others.Wait()
	for i := 2; i < len(sessions); i++ {
		c.WantSwapped("while another is held", &answers[i], rotations[i])
	}
	s.AwaitWaiting(c.t, place, 1)
	Swaps(c.t, c.db, Rotation(answers[2].State.Session))
	release()
	c.all.Wait()
	c.WantSwapped("once it is let go", held, waiting)
}

func (s Server) holdsNoUser(c *Crowd, place string) {
	u, session := Begun(c.t, c.db)
	_, release := Holds(c.t, s.Connect(c.t, place), "SELECT 1 FROM users WHERE id = '"+u.ID+"' FOR UPDATE")
	Swaps(c.t, c.db, Rotation(session))
	release()
}

func (s Server) losesItsConnection(c *Crowd, place string) {
	sessions := c.Sessions(9)
	answers := []*Answer{c.Hold(Rotation(sessions[0]))}
	for _, session := range sessions[1:] {
		answers = append(answers, c.Rotate(c.t.Context(), Rotation(session)))
	}
	c.queued()
	other := s.Connect(c.t, place)
	frozen, err := other.Conn(c.t.Context())
	ok(c.t, err)
	defer frozen.Close()
	_, err = frozen.ExecContext(c.t.Context(), s.Freeze)
	ok(c.t, err)
	c.let()
	for range 2 {
		s.AwaitWaiting(c.t, place, 1)
		victim := Rows(c.t, other, s.Waiting)[0]
		Execute(c.t, other, fmt.Sprintf(s.Kill, victim))
		within(c.t, "the connection is gone", func() bool {
			time.Sleep(s.Stale)
			return !slices.Contains(Rows(c.t, other, s.Waiting), victim)
		})
	}
	_, err = frozen.ExecContext(c.t.Context(), s.Thaw)
	ok(c.t, err)
	c.all.Wait()
	for i, a := range answers {
		if !errors.Is(a.Err, domain.ErrUnavailable) {
			c.t.Errorf("rotation %d: swapped=%v, %v, want %v", i, a.Swapped, a.Err, domain.ErrUnavailable)
		}
		Swaps(c.t, c.db, Rotation(sessions[i]))
	}
}

// Two replicas rotate the same sessions in opposite orders, each many at once. Nobody waits for anybody in a circle.
func (s Server) twoReplicas(t *testing.T) {
	place := s.Place(t)
	replicas := []Database{s.migrated(t, place), s.opened(t, place)}
	sessions := NewCrowd(t, replicas[0]).Sessions(30)
	before := Rows(t, s.Connect(t, place), s.Deadlocks)[0]
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
					_, swapped, err := store.Rotate(t.Context(), Rotation(sessions[i]))
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
			ok(t, err)
			sessions[i] = state.Session
		}
	}
	if after := Rows(t, s.Connect(t, place), s.Deadlocks)[0]; after != before {
		t.Errorf("there were deadlocks: %s before, %s after", before, after)
	}
}
