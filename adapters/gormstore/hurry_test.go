package gormstore

import (
	"context"
	"errors"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// hurrying returns an engine whose program can be told to end.
func hurrying(t *testing.T) (e Engine, hurry func()) {
	t.Helper()
	e = engine(t)
	e.Hurried, hurry = context.WithCancel(t.Context())
	t.Cleanup(hurry)
	return e, hurry
}

func untilDone(db *gorm.DB) error {
	<-db.Statement.Context.Done()
	return db.Statement.Context.Err()
}

func TestCall_ThatIsUnderWayWhenTheProgramHurriesIsGivenUp(t *testing.T) {
	e, hurry := hurrying(t)
	err := e.call(t.Context(), "wait", func(db *gorm.DB) error {
		hurry()
		return untilDone(db)
	})
	if !errors.Is(err, domain.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v, want the store unavailable, and not because a minute was over", err)
	}
}

func TestCall_OnceTheProgramHurriesHasLittleTimeAndHasSome(t *testing.T) {
	e, hurry := hurrying(t)
	hurry()
	if err := e.call(t.Context(), "answer", func(db *gorm.DB) error { return db.Statement.Context.Err() }); err != nil {
		t.Errorf("a store that answers: %v", err)
	}
	began := time.Now()
	if err := e.call(t.Context(), "wait", untilDone); !errors.Is(err, domain.ErrUnavailable) || time.Since(began) > e.Timeout/2 {
		t.Errorf("a store that does not: %v after %v, want it unavailable at once", err, time.Since(began))
	}
	e.Timeout = time.Millisecond
	if err := e.call(t.Context(), "wait", untilDone); !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("the error is %v, want the store unavailable", err)
	}
}

// One rotation is on the way and another in the queue. The engine does not hear that it is to give up.
func TestRotate_HoldsUpNobodyOnceTheProgramHurries(t *testing.T) {
	e, hurry := hurrying(t)
	begun, leave := make(chan struct{}, 2), make(chan struct{})
	e.RotateAll = func(context.Context, []domain.Rotation) ([]domain.SessionState, error) {
		begun <- struct{}{}
		<-leave
		return nil, errDown
	}
	store, answers := NewSessionStore(e), make(chan error)
	for i := range 2 {
		go func() {
			_, _, err := store.Rotate(context.WithoutCancel(t.Context()), domain.Rotation{})
			answers <- err
		}()
		if i == 0 {
			<-begun
		}
	}
	hurry()
	for range 2 {
		err := <-answers
		if !errors.Is(err, domain.ErrUnavailable) || errors.Is(err, errDown) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the error is %v, want the store unavailable, and not because a minute was over", err)
		}
	}
	close(leave)
}
