package contract

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// newAttempt is on an account and from an address that nobody else tries.
func newAttempt() domain.Attempt { return domain.Attempt{Account: random(), Network: random()} }

func keepUntil(t domain.Tally) time.Time {
	if t.Until.IsZero() {
		return noon
	}
	return t.Until
}

// failing counts a failure on all three tallies.
func failing(t domain.Tallies) (domain.Tallies, error) {
	for _, tally := range []*domain.Tally{&t.Account, &t.Address, &t.Device} {
		tally.Failures++
		tally.Until = noon
	}
	return t, nil
}

// to replaces whatever is there.
func to(want domain.Tallies) func(domain.Tallies) (domain.Tallies, error) {
	return func(domain.Tallies) (domain.Tallies, error) { return want, nil }
}

func attemptStore(t *testing.T, storage Storage) {
	on := func(test func(stage)) func(*testing.T) {
		return func(t *testing.T) { test(on(t, storage)) }
	}
	t.Run("tallies are kept as they are", on(stage.talliesAreKept))
	t.Run("nothing is remembered of what was never tried", on(func(s stage) {
		s.remembers(newAttempt(), domain.Tallies{})
	}))
	t.Run("an account counts wherever it is tried from, an address whatever is tried from it", on(stage.talliesAreShared))
	t.Run("a change that fails changes nothing", on(stage.failedChange))
	t.Run("each of many at once is handed what the one before it left", on(stage.manyAttempts))
	t.Run("a place that nobody gives back lapses", on(stage.lapsedPlace))
	t.Run("Unlock forgets wrong passwords of an account and its devices, and nothing else", on(stage.unlockedAccount))
	t.Run("Unlock beside many attempts loses none that came after it", on(stage.unlockedMeanwhile))
	t.Run("Forget removes an account and its devices", on(stage.forgottenAccount))
	t.Run("Prune deletes what need not be kept, a page at a time", on(stage.prunedAttempts))
}

func (s stage) update(a domain.Attempt, change func(domain.Tallies) (domain.Tallies, error)) {
	s.t.Helper()
	s.ok(s.Attempts.Update(s.ctx, a, keepUntil, change), "update an attempt")
}

func (s stage) remembers(a domain.Attempt, want domain.Tallies) {
	s.t.Helper()
	got, err := s.Attempts.Find(s.ctx, a)
	s.ok(err, "find an attempt")
	if got != want {
		s.t.Errorf("what is remembered is\n%+v, want\n%+v", got, want)
	}
	// The same is handed to a change.
	unchanged := errors.New("unchanged")
	err = s.Attempts.Update(s.ctx, a, keepUntil, func(handed domain.Tallies) (domain.Tallies, error) {
		if handed != want {
			s.t.Errorf("what is handed to a change is\n%+v, want\n%+v", handed, want)
		}
		return handed, unchanged
	})
	s.is(err, unchanged)
}

func (s stage) talliesAreKept() {
	a := newAttempt()
	whole := domain.Tallies{
		Account: domain.Tally{Failures: 1, Pending: 2, PendingUntil: noon.Add(2 * time.Microsecond), Strikes: 3, Until: noon},
		Address: domain.Tally{Failures: 40, Until: noon.Add(time.Microsecond)},
		Device:  domain.Tally{Pending: 1, KnownUntil: noon.Add(time.Hour)},
	}
	for _, want := range []domain.Tallies{
		whole, {Account: whole.Account}, {Address: whole.Address, Device: whole.Device}, {}, whole,
	} {
		s.update(a, to(want))
		s.remembers(a, want)
	}
}

func (s stage) talliesAreShared() {
	a, b := newAttempt(), newAttempt()
	s.update(a, failing)
	s.update(domain.Attempt{Account: a.Account, Network: b.Network}, failing)
	s.update(domain.Attempt{Account: b.Account, Network: a.Network}, failing)
	one, two := domain.Tally{Failures: 1, Until: noon}, domain.Tally{Failures: 2, Until: noon}
	s.remembers(a, domain.Tallies{Account: two, Address: two, Device: one})
	s.remembers(b, domain.Tallies{Account: one, Address: one})
}

func (s stage) failedChange() {
	a, refusal := newAttempt(), domain.LimitedError{Limit: domain.LimitAccount, Wait: time.Minute}
	s.update(a, failing)
	before, err := s.Attempts.Find(s.ctx, a)
	s.ok(err, "find an attempt")
	for _, of := range []domain.Attempt{a, newAttempt()} {
		err := s.Attempts.Update(s.ctx, of, keepUntil, func(t domain.Tallies) (domain.Tallies, error) {
			t.Account.Failures = 99
			return t, refusal
		})
		if !errors.Is(err, domain.ErrLimited) || errors.Is(err, domain.ErrUnavailable) {
			s.t.Errorf("the error is %v, want that of the change", err)
		}
	}
	s.remembers(a, before)
}

// manyAttempts counts on one account and on one address at once, by callers who share the one or the other.
func (s stage) manyAttempts() {
	const callers, rounds = 24, 5
	a, b := newAttempt(), newAttempt()
	crossed := []domain.Attempt{a, b, {Account: a.Account, Network: b.Network}, {Account: b.Account, Network: a.Network}}
	for range rounds {
		var next atomic.Int32
		together(repeated(callers, func() {
			of := crossed[int(next.Add(1))%len(crossed)]
			if err := s.Attempts.Update(s.ctx, of, keepUntil, failing); err != nil {
				s.t.Errorf("one of many updates: %v", err)
			}
		})...)
	}
	half, quarter := domain.Tally{Failures: callers * rounds / 2, Until: noon}, domain.Tally{Failures: callers * rounds / 4, Until: noon}
	for _, of := range crossed {
		s.remembers(of, domain.Tallies{Account: half, Address: half, Device: quarter})
	}
}

// lapsedPlace takes the one place there is, and never gives it back, as a process that was killed.
func (s stage) lapsedPlace() {
	limits := domain.LoginLimits{Account: 1, Address: 10, Window: time.Hour, KnownFor: time.Hour}
	a := newAttempt()
	take := func(at time.Time, full bool) {
		s.t.Helper()
		s.ok(s.Attempts.Update(s.ctx, a, limits.KeepUntil, func(t domain.Tallies) (domain.Tallies, error) {
			if admission := limits.Judge(t, at); admission.Full != full || admission.Limited != nil {
				s.t.Errorf("after %v an attempt is judged %+v, want full: %v", at.Sub(noon), admission, full)
			}
			if full {
				return t, nil
			}
			return limits.Reserve(t, false, at), nil
		}), "take a place")
	}
	take(noon, false)
	take(noon.Add(2*domain.AnswerWithin-time.Microsecond), true)
	take(noon.Add(2*domain.AnswerWithin), false)
	// The next one is as good as the first.
	take(noon.Add(4*domain.AnswerWithin-time.Microsecond), true)
}

func (s stage) unlockedAccount() {
	a, other := newAttempt(), newAttempt()
	of := func(failures, strikes int) domain.Tally {
		return domain.Tally{
			Failures: failures, Strikes: strikes, Pending: 2, PendingUntil: noon, Until: noon.Add(time.Hour), KnownUntil: noon.Add(2 * time.Hour),
		}
	}
	limited := domain.Tallies{Account: of(10, 2), Address: of(200, 3), Device: of(10, 4)}
	s.update(a, to(limited))
	s.update(other, to(limited))
	for range 2 {
		s.ok(s.Attempts.Unlock(s.ctx, a.Account), "unlock an account")
		s.remembers(a, domain.Tallies{Account: of(0, 0), Address: limited.Address, Device: of(0, 0)})
	}
	s.remembers(other, limited)
	s.ok(s.Attempts.Unlock(s.ctx, random()), "unlock an account that was never tried")
}

// unlockedMeanwhile unlocks an account while many count on it and its devices. The address, which nobody unlocks, counts all.
func (s stage) unlockedMeanwhile() {
	const callers, rounds = 24, 5
	a := newAttempt()
	for range rounds {
		calls := repeated(callers, func() {
			if err := s.Attempts.Update(s.ctx, a, keepUntil, failing); err != nil {
				s.t.Errorf("an update beside: %v", err)
			}
		})
		together(append(calls, func() {
			if err := s.Attempts.Unlock(s.ctx, a.Account); err != nil {
				s.t.Errorf("an unlocking beside: %v", err)
			}
		})...)
	}
	got, err := s.Attempts.Find(s.ctx, a)
	s.ok(err, "find an attempt")
	if got.Address.Failures != callers*rounds || got.Account != got.Device || got.Account.Failures > callers {
		s.t.Errorf("what is remembered is %+v, want %d of the address, and of account and device as many, %d at most",
			got, callers*rounds, callers)
	}
}

func (s stage) forgottenAccount() {
	a, other := newAttempt(), newAttempt()
	elsewhere := domain.Attempt{Account: a.Account, Network: other.Network}
	for _, of := range []domain.Attempt{a, elsewhere, other} {
		s.update(of, failing)
	}
	s.ok(s.Attempts.Forget(s.ctx, a.Account), "forget an account")
	one, two := domain.Tally{Failures: 1, Until: noon}, domain.Tally{Failures: 2, Until: noon}
	s.remembers(a, domain.Tallies{Address: one})
	s.remembers(elsewhere, domain.Tallies{Address: two})
	s.remembers(other, domain.Tallies{Account: one, Address: two, Device: one})
}

func (s stage) prunedAttempts() {
	// Long before what other tests keep.
	old := noon.AddDate(-10, 0, 0)
	gone, kept := newAttempt(), newAttempt()
	s.update(gone, to(domain.Tallies{Account: domain.Tally{Failures: 1, Until: old}, Address: domain.Tally{Failures: 1, Until: old}}))
	left := domain.Tallies{Account: domain.Tally{Failures: 1, Until: old.Add(time.Microsecond)}}
	s.update(kept, to(left))
	for _, want := range []int{1, 1, 0} {
		n, err := s.Attempts.Prune(s.ctx, old.Add(time.Microsecond), 1)
		s.ok(err, "prune attempts")
		if n != want {
			s.t.Errorf("a page of one deleted %d, want %d", n, want)
		}
	}
	s.remembers(gone, domain.Tallies{})
	s.remembers(kept, left)
}
