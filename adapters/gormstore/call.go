package gormstore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// conflictTries is how often a call is made anew after a conflict, within its time.
const conflictTries = 5

// call runs f within the time of one call, again after a conflict, and turns what went wrong into the errors that
// package ports promises. what says for people what was tried.
func (e Engine) call(ctx context.Context, what string, f func(*gorm.DB) error) error {
	ctx, cancel := e.within(ctx)
	defer cancel()
	began := e.now()
	var err error
	for range conflictTries {
		if err = e.try(ctx, f); err == nil || e.kind(err) != Conflict {
			break
		}
	}
	e.observeCall(what, err, began)
	return e.explain(what, err)
}

func (e Engine) try(ctx context.Context, f func(*gorm.DB) error) error {
	if e.Witnessed == nil {
		return f(e.DB.WithContext(ctx))
	}
	ctx, verdict := e.Witnessed(ctx)
	if err := f(e.DB.WithContext(ctx)); err != nil {
		return err
	}
	return verdict()
}

// durable makes sure that what was read will not be gone after a crash, before a caller is told to rely on it.
func (e Engine) durable(ctx context.Context) error {
	if e.Durable == nil {
		return nil
	}
	return e.call(ctx, "wait until what was read is durable", e.Durable)
}

// transaction is call for several statements that happen together or not at all.
func (e Engine) transaction(ctx context.Context, what string, f func(*gorm.DB) error) error {
	return e.call(ctx, what, func(db *gorm.DB) error { return db.Transaction(f) })
}

// refusals pass through unchanged: they are answers, not failures.
var refusals = []error{
	domain.ErrSessionUnknown, domain.ErrUserUnknown, domain.ErrUserChanged, domain.ErrTokenOutdated, domain.ErrEmailTaken,
	domain.ErrUsersShared, domain.ErrUserReferenced, errUnchanged,
}

// isRefusal knows no wrapped ones: those are not answers of this package.
func isRefusal(err error) bool { return slices.Contains(refusals, err) }

func (e Engine) kind(err error) Kind {
	switch {
	case isRefusal(err):
		return Bug
	case errors.Is(err, errRowGone):
		return Conflict
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Unavailable
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, gorm.ErrDuplicatedKey):
		return Bug
	default:
		return e.Classify(err)
	}
}

func (e Engine) explain(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case isRefusal(err):
		return err
	case e.kind(err) == Bug:
		return fmt.Errorf("%s: %w", what, err)
	default:
		return fmt.Errorf("%s: %w: %w", what, domain.ErrUnavailable, err)
	}
}
