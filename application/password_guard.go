package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// PasswordGuard sees to it that no more wrong passwords are checked than domain.LoginLimits allows, on all replicas taken
// together.
type PasswordGuard struct {
	passwords ports.PasswordHasher
	attempts  ports.AttemptStore
	limits    domain.LoginLimits
	clock     ports.Clock
	audit     ports.AuditLog
	told      told
}

// NewPasswordGuard returns a guard.
func NewPasswordGuard(passwords ports.PasswordHasher, attempts ports.AttemptStore, limits domain.LoginLimits,
	clock ports.Clock, audit ports.AuditLog,
) *PasswordGuard {
	return &PasswordGuard{passwords: passwords, attempts: attempts, limits: limits, clock: clock, audit: audit}
}

const (
	// turns is how often an attempt asks whether those before it are decided, and between how long it waits in between: a few
	// seconds together, in which many passwords are checked.
	turns    = 100
	betweens = 50 * time.Millisecond
)

// errFull says that as many attempts as are left are being checked.
var errFull = errors.New("as many attempts as are left are being checked")

// do calls check, which is to hand begin to PasswordHasher.Verify, and counts what came of it: a success, a wrong password
// (domain.ErrBadCredentials, domain.ErrPasswordWrong), or nothing. An attempt that may not be made is a
// domain.LimitedError, and recorded as the event limited. domain.ErrUnavailable if it cannot be counted, domain.ErrBusy if
// too many before it are undecided for too long.
//
// The place is taken before the password is checked and given back afterwards, so that of many attempts at once no more are
// checked than may fail. One that comes to its end too late for its place, since the process stood still, has no answer.
func (g *PasswordGuard) do(ctx context.Context, a domain.Attempt, limited domain.Event, check func(begin func() error) error,
) error {
	if g.limits.Off() {
		return check(nil)
	}
	for range turns {
		err := g.once(ctx, a, check)
		if !errors.Is(err, errFull) {
			g.tell(ctx, a, limited, err)
			return err
		}
		select {
		case <-time.After(betweens):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return domain.ErrBusy
}

func (g *PasswordGuard) once(ctx context.Context, a domain.Attempt, check func(begin func() error) error) error {
	// Whoever is limited is told before he waits for his turn, and takes nobody else's.
	tallies, err := g.attempts.Find(ctx, a)
	if err != nil {
		return fmt.Errorf("look up attempts: %w", err)
	}
	if limited := g.limits.Judge(tallies, g.clock()).Limited; limited != nil {
		return *limited
	}
	var p *place
	err = check(func() (err error) {
		p, err = g.reserve(ctx, a)
		return err
	})
	if p == nil {
		return err
	}
	return g.settle(ctx, a, *p, err)
}

// place is what an attempt holds while its password is checked.
type place struct {
	taken time.Time
	// known says that the attempt came from a known device.
	known bool
}

// errLate says that the place of an attempt may have lapsed, and somebody else may have it.
var errLate = errors.New("it took too long")

func (g *PasswordGuard) reserve(ctx context.Context, a domain.Attempt) (*place, error) {
	var p place
	// A statement that the caller breaks off by hanging up would cost a connection.
	ctx = context.WithoutCancel(ctx)
	err := g.attempts.Update(ctx, a, g.limits.KeepUntil, func(t domain.Tallies) (domain.Tallies, error) {
		at := g.clock()
		admission := g.limits.Judge(t, at)
		switch {
		case admission.Limited != nil:
			return t, *admission.Limited
		case admission.Full:
			return t, errFull
		}
		p = place{taken: at, known: admission.Known}
		return g.limits.Reserve(t, p.known, at), nil
	})
	if err != nil {
		return nil, fmt.Errorf("count an attempt: %w", err)
	}
	return &p, nil
}

// settle counts what an attempt came to, also for a caller who has hung up: else guessing would cost nothing. Where a wrong
// password cannot be counted, that is the answer: it keeps its place until that lapses. A late one is told nothing, right or
// wrong: by then others may have been checked in its place.
func (g *PasswordGuard) settle(ctx context.Context, a domain.Attempt, p place, err error) error {
	outcome := domain.Undecided
	switch {
	case err == nil:
		outcome = domain.Succeeded
	case errors.Is(err, domain.ErrBadCredentials), errors.Is(err, domain.ErrPasswordWrong):
		outcome = domain.Failed
	}
	settled := g.attempts.Update(context.WithoutCancel(ctx), a, g.limits.KeepUntil,
		func(t domain.Tallies) (domain.Tallies, error) {
			at := g.clock()
			if at.Sub(p.taken) >= domain.AnswerWithin {
				return t, errLate
			}
			return g.limits.Settle(t, p.known, outcome, at), nil
		})
	switch {
	case outcome == domain.Undecided:
	case errors.Is(settled, errLate):
		return fmt.Errorf("check a password: %w: %w", domain.ErrUnavailable, errLate)
	case settled != nil && outcome == domain.Failed:
		return fmt.Errorf("count a wrong password: %w", settled)
	}
	return err
}

// tell records that an attempt was limited, once a minute for each account and address: a flood must not fill the store.
func (g *PasswordGuard) tell(ctx context.Context, a domain.Attempt, e domain.Event, err error) {
	limited, ok := errors.AsType[domain.LimitedError](err)
	if e.At = g.clock(); ok && g.told.first(a, e.At) {
		e.Reason = domain.Reason(limited.Limit + "_limit")
		g.audit.Record(ctx, e)
	}
}
