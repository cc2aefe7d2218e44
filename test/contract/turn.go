package contract

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// Turn checks every sentence of ports.Turn. one and other are of the same storage; they may be one and the same where the
// storage is for one process.
func Turn(t *testing.T, one, other ports.Turn) {
	t.Helper()
	begun, end, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	failure := errors.New("the work failed")
	go func() {
		taken, err := one.Take(t.Context(), func(context.Context) error {
			close(begun)
			<-end
			return failure
		})
		if !taken {
			t.Error("the first did not get the turn")
		}
		ended <- err
	}()
	<-begun
	for range 3 {
		began := time.Now()
		taken, err := other.Take(t.Context(), func(context.Context) error {
			t.Error("two had the turn at the same time")
			return nil
		})
		if taken || err != nil {
			t.Errorf("while another is at it: taken=%v, %v, want neither", taken, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("while another is at it the answer took %v", took)
		}
	}
	close(end)
	if err := <-ended; !errors.Is(err, failure) {
		t.Errorf("the error is %v, want that of the work", err)
	}
	for _, turn := range []ports.Turn{other, one} {
		done := false
		taken, err := turn.Take(t.Context(), func(context.Context) error { done = true; return nil })
		if !taken || err != nil || !done {
			t.Errorf("once the turn is free: taken=%v, done=%v, %v", taken, done, err)
		}
	}
}
