package argon2

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// crowd is a hasher whose hashes take until the test lets them end, and the callers in front of it. It lives in a
// synctest bubble, whose Wait returns when all of them wait for something.
type crowd struct {
	*PasswordHasher
	begun, end chan struct{}
	answers    chan error
}

func newCrowd(atOnce, waiting int) crowd {
	c := crowd{NewPasswordHasher(cheap, atOnce, waiting), make(chan struct{}, 99), make(chan struct{}), make(chan error, 99)}
	c.derive = func(_, _ []byte, _, _ uint32, _ uint8, key uint32) []byte {
		c.begun <- struct{}{}
		<-c.end
		return make([]byte, key)
	}
	return c
}

// calls sends n callers, half of them to hash and half to verify, and returns once none of them can go on.
func (c crowd) calls(ctx context.Context, n int) {
	for i := range n {
		go func() {
			var err error
			if i%2 == 0 {
				_, err = c.Hash(ctx, domain.NewSecret("pw"))
			} else {
				_, _, err = c.Verify(ctx, domain.Secret{}, domain.NewSecret("pw"), nil)
			}
			c.answers <- err
		}()
	}
	synctest.Wait()
}

func (c crowd) want(t *testing.T, begun, answered int) {
	t.Helper()
	if len(c.begun) != begun || len(c.answers) != answered {
		t.Errorf("%d hashes have begun and %d callers have their answer, want %d and %d",
			len(c.begun), len(c.answers), begun, answered)
	}
}

// finish ends every hash and returns the answers that come.
func (c crowd) finish() []error {
	close(c.end)
	synctest.Wait()
	close(c.answers)
	var all []error
	for err := range c.answers {
		all = append(all, err)
	}
	return all
}

func TestQueue_WorksForSomeLetsSomeWaitAndRefusesTheRestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(2, 3)
		c.calls(t.Context(), 5)
		c.want(t, 2, 0)
		c.calls(t.Context(), 2)
		c.want(t, 2, 2)
		for range 2 {
			if err := <-c.answers; !errors.Is(err, domain.ErrBusy) {
				t.Errorf("a caller past the queue is answered %v, want ErrBusy", err)
			}
		}
		c.end <- struct{}{}
		synctest.Wait()
		c.want(t, 3, 1)
		c.calls(t.Context(), 1) // takes the place that has become free
		c.want(t, 3, 1)
		for _, err := range c.finish() {
			if err != nil {
				t.Errorf("a caller who worked or waited is answered %v, want no error", err)
			}
		}
		if len(c.begun) != 6 {
			t.Errorf("%d hashes were made, want 6", len(c.begun))
		}
	})
}

func TestQueue_WhoHangsUpLeavesHisPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(1, 1)
		ctx, cancel := context.WithCancel(t.Context())
		c.calls(t.Context(), 1)
		c.calls(ctx, 1)
		cancel()
		synctest.Wait()
		c.want(t, 1, 1)
		if err := <-c.answers; !errors.Is(err, context.Canceled) {
			t.Errorf("who hung up while waiting is answered %v, want context.Canceled", err)
		}
		c.calls(t.Context(), 1)
		for _, err := range c.finish() {
			if err != nil {
				t.Errorf("a caller is answered %v, want no error: the place was free", err)
			}
		}
		if len(c.begun) != 2 {
			t.Errorf("%d hashes were made, want 2: none for who hung up", len(c.begun))
		}
	})
}

func TestQueue_AHashThatHasBegunIsNotInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(1, 0)
		ctx, cancel := context.WithCancel(t.Context())
		c.calls(ctx, 1)
		cancel()
		synctest.Wait()
		c.want(t, 1, 0)
		if answers := c.finish(); len(answers) != 1 || answers[0] != nil {
			t.Errorf("the caller is answered %v, want no error", answers)
		}
	})
}

func TestQueue_WhoArrivesWithAnEndedContextTakesNoPlace(t *testing.T) {
	hasher := NewPasswordHasher(cheap, 1, 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 {
		if _, err := hasher.Hash(ctx, domain.NewSecret("pw")); !errors.Is(err, context.Canceled) {
			t.Errorf("the caller is answered %v, want context.Canceled", err)
		}
	}
	if _, err := hasher.Hash(t.Context(), domain.NewSecret("pw")); err != nil {
		t.Errorf("the next caller is answered %v, want no error", err)
	}
}

func TestQueue_VerifyBeginsInItsTurnAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, begun := newCrowd(1, 2), 0
		for range 3 {
			go func() {
				_, _, err := c.Verify(t.Context(), domain.Secret{}, domain.NewSecret("pw"), func() error { begun++; return nil })
				c.answers <- err
			}()
		}
		for want := range 3 {
			synctest.Wait()
			if begun != want+1 || len(c.begun) != want+1 {
				t.Errorf("%d have begun and %d hashes were made, want %d: one at a time", begun, len(c.begun), want+1)
			}
			c.end <- struct{}{}
		}
		synctest.Wait()
	})
}

func TestQueue_TellsWhoWorksAndWhoWaits(t *testing.T) {
	q := newQueue(1, 2)
	if working, waiting := q.load(); working != 0 || waiting != 0 {
		t.Errorf("of nobody %d work and %d wait", working, waiting)
	}
	if err := q.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	entered := make(chan error, 1)
	go func() { entered <- q.enter(t.Context()) }()
	for working, waiting := q.load(); working != 1 || waiting != 1; working, waiting = q.load() {
		runtime.Gosched()
	}
	q.leave()
	if err := <-entered; err != nil {
		t.Fatal(err)
	}
	if working, waiting := q.load(); working != 1 || waiting != 0 {
		t.Errorf("when the turn has come %d work and %d wait, want 1 and 0", working, waiting)
	}
}
