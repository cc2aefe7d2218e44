package argon2

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// queue lets a bounded number of callers work at once and a bounded number wait, first come, first served.
type queue struct {
	working chan struct{}
	// present holds those who work and those who wait.
	present chan struct{}
}

func newQueue(atOnce, waiting int) queue {
	return queue{make(chan struct{}, atOnce), make(chan struct{}, atOnce+waiting)}
}

// enter waits for the caller's turn. Unless it fails, leave must follow. It fails with domain.ErrBusy at once if the
// queue is full, and with the context's error if that ends before the turn has come.
func (q queue) enter(ctx context.Context) error {
	// Nobody waits for the answer any more: neither a place nor a hash is worth spending.
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case q.present <- struct{}{}:
	default:
		return domain.ErrBusy
	}
	select {
	case q.working <- struct{}{}:
		return nil
	case <-ctx.Done():
		<-q.present
		return ctx.Err()
	}
}

// load returns how many work and how many wait for their turn.
func (q queue) load() (working, waiting int) {
	working = len(q.working)
	return working, max(len(q.present)-working, 0)
}

func (q queue) leave() {
	<-q.working
	<-q.present
}
