package gormstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

var (
	errConflict = errors.New("deadlock detected")
	errDown     = errors.New("connection refused")
	errSyntax   = errors.New("syntax error")
)

// engine has no database: what is called here stands in for its statements.
func engine(t *testing.T) Engine {
	t.Helper()
	db, err := gorm.Open(nil, Config(""))
	if err != nil {
		t.Fatal(err)
	}
	return Engine{DB: db, Timeout: time.Minute, Classify: func(err error) Kind {
		switch {
		case errors.Is(err, errConflict):
			return Conflict
		case errors.Is(err, errDown):
			return Unavailable
		default:
			return Bug
		}
	}}
}

func TestCall_IsMadeAgainAfterAConflict(t *testing.T) {
	calls := 0
	err := engine(t).call(t.Context(), "try", func(*gorm.DB) error {
		if calls++; calls < 3 {
			return errConflict
		}
		return nil
	})
	if err != nil || calls != 3 {
		t.Errorf("%d calls and %v, want 3 and success", calls, err)
	}
}

func TestCall_ThatConflictsAgainAndAgainIsUnavailable(t *testing.T) {
	calls := 0
	err := engine(t).call(t.Context(), "try", func(*gorm.DB) error {
		calls++
		return errConflict
	})
	if !errors.Is(err, domain.ErrUnavailable) || !errors.Is(err, errConflict) || calls != conflictTries {
		t.Errorf("%d calls and %v, want %d and the store unavailable for the conflict", calls, err, conflictTries)
	}
}

func TestCall_IsNotMadeAgainAfterAnythingElse(t *testing.T) {
	for _, failure := range []error{errDown, errSyntax, domain.ErrUserChanged, context.DeadlineExceeded} {
		calls := 0
		_ = engine(t).call(t.Context(), "try", func(*gorm.DB) error {
			calls++
			return failure
		})
		if calls != 1 {
			t.Errorf("after %v it was called %d times, want once", failure, calls)
		}
	}
}

func TestCall_EndsWithItsTime(t *testing.T) {
	e := engine(t)
	e.Timeout = time.Millisecond
	err := e.call(t.Context(), "wait", func(db *gorm.DB) error {
		<-db.Statement.Context.Done()
		return db.Statement.Context.Err()
	})
	if !errors.Is(err, domain.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v, want the store unavailable for a passed deadline", err)
	}
}

func TestCall_TurnsWhatWentWrongIntoWhatThePortsPromise(t *testing.T) {
	unavailable := []error{
		errDown, fmt.Errorf("dial: %w", errDown), context.DeadlineExceeded, context.Canceled,
		fmt.Errorf("query: %w", context.Canceled),
	}
	for _, failure := range unavailable {
		if err := failing(t, failure); !errors.Is(err, domain.ErrUnavailable) || !errors.Is(err, failure) {
			t.Errorf("%v became %v, want the store unavailable and the cause", failure, err)
		}
	}
	for _, failure := range []error{errSyntax, gorm.ErrRecordNotFound, gorm.ErrDuplicatedKey, gorm.ErrInvalidData} {
		err := failing(t, failure)
		if errors.Is(err, domain.ErrUnavailable) || !errors.Is(err, failure) {
			t.Errorf("%v became %v, want a failure that no retry helps", failure, err)
		}
		for _, refusal := range refusals {
			if errors.Is(err, refusal) {
				t.Errorf("%v became the refusal %v", failure, refusal)
			}
		}
	}
	for _, refusal := range refusals {
		if err := failing(t, refusal); err != refusal { //nolint:errorlint // it has to be the very same
			t.Errorf("%v became %v, want it unchanged", refusal, err)
		}
	}
}

func TestCall_LetsAFailureBesideARefusalWin(t *testing.T) {
	err := failing(t, errors.Join(domain.ErrUserChanged, errDown))
	if !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("the error is %v, want the store unavailable", err)
	}
}

func failing(t *testing.T, failure error) error {
	t.Helper()
	return engine(t).call(t.Context(), "try", func(*gorm.DB) error { return failure })
}

func TestCall_ASuccessThatTheEngineDoubtsIsNone(t *testing.T) {
	e := engine(t)
	e.Witnessed = func(ctx context.Context) (context.Context, func() error) {
		return ctx, func() error { return errDown }
	}
	if err := e.call(t.Context(), "try", func(*gorm.DB) error { return nil }); !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("the error is %v, want %v", err, domain.ErrUnavailable)
	}
	refused := func(*gorm.DB) error { return domain.ErrUserUnknown }
	if err := e.call(t.Context(), "try", refused); err != domain.ErrUserUnknown { //nolint:errorlint // unchanged, it is promised
		t.Errorf("the error is %v, want the refusal as it was", err)
	}
}

func TestCall_IsObservedWithWhatBecameOfIt(t *testing.T) {
	var told []string
	turned := time.Unix(0, 0)
	e := engine(t)
	e.Now = func() time.Time { turned = turned.Add(time.Second); return turned }
	e.ObserveCall = func(call, outcome string, took time.Duration) {
		told = append(told, fmt.Sprint(call, " ", outcome, " ", took))
	}
	for _, err := range []error{nil, domain.ErrSessionUnknown, errDown, errSyntax, context.DeadlineExceeded, errConflict} {
		_ = e.call(t.Context(), "try", func(*gorm.DB) error { return err })
	}
	want := []string{"try ok 1s", "try refused 1s", "try unavailable 1s", "try failed 1s", "try unavailable 1s", "try unavailable 1s"}
	if !slices.Equal(told, want) {
		t.Errorf("what was told is %q, want %q", told, want)
	}
}
