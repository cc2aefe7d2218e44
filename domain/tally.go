package domain

import "time"

// Tally is what is remembered of attempts on one account, from one address, or both. The zero Tally is that there were none.
type Tally struct {
	// Failures are wrong passwords in the present window, Pending attempts whose password is being checked.
	Failures, Pending int
	// PendingUntil is when the places of all that are being checked lapse. Each that is taken puts it off.
	PendingUntil time.Time
	// Strikes is how many times in a row the limit was reached.
	Strikes int
	// Until is when the window ends, or, once the limit is reached, the limitation.
	Until time.Time
	// KnownUntil is how long the address counts as a known device of the account. Only a pair of both has one.
	KnownUntil time.Time
}

// KeepUntil is when nothing in the tally matters any more.
func (l LoginLimits) KeepUntil(t Tally) time.Time {
	if keep := t.Until.Add(l.longest()); keep.After(t.KnownUntil) {
		return keep
	}
	return t.KnownUntil
}

// Tallies is what is remembered of an attempt: by its account, by its address, and by the pair of both.
type Tallies struct{ Account, Address, Device Tally }

const (
	// placeLasts is how long a place counts that is never given back, since whoever took it was killed.
	placeLasts = time.Minute
	// AnswerWithin is how long after it took its place an attempt may come to an answer, by the clock that it took it by.
	// It is half of what the place lasts, so that replicas whose clocks differ by the other half check no guess too many.
	AnswerWithin = placeLasts / 2
)

// Reserve returns the tallies with an attempt that was admitted at `at` and is being checked. It is to be settled within
// AnswerWithin, or never: then it has no answer, and its place lapses.
func (l LoginLimits) Reserve(t Tallies, known bool, at time.Time) Tallies {
	return l.each(t, known, func(t Tally, _ int) Tally {
		t = l.present(t, at)
		t.Pending++
		if until := at.Add(placeLasts); until.After(t.PendingUntil) {
			t.PendingUntil = until
		}
		return t
	})
}

// Outcome is what became of an attempt.
type Outcome int

// The outcomes.
const (
	// Undecided is an attempt that came to no answer.
	Undecided Outcome = iota
	// Failed is a wrong password, or one of nobody.
	Failed
	// Succeeded is a right password.
	Succeeded
)

// Settle returns the tallies after what became of a reserved attempt. A success clears what was counted on the account,
// unless the account is limited: its owner's known device must not let everybody else try again. What was counted on
// the address stays, since whoever guesses may have an account too.
func (l LoginLimits) Settle(t Tallies, known bool, o Outcome, at time.Time) Tallies {
	t = l.each(t, known, func(t Tally, most int) Tally {
		t = l.present(t, at)
		t.Pending = max(0, t.Pending-1)
		if o == Failed {
			return l.failed(t, most, at)
		}
		return t
	})
	if o != Succeeded {
		return t
	}
	if t.Account.Failures < l.Account {
		t.Account.Failures, t.Account.Strikes = 0, 0
	}
	t.Device.Failures, t.Device.Strikes, t.Device.KnownUntil = 0, 0, at.Add(l.KnownFor)
	return t
}

// each changes the tallies that an attempt counts on. One of a known device counts everywhere, though it is judged by its own.
func (l LoginLimits) each(t Tallies, known bool, change func(t Tally, most int) Tally) Tallies {
	if l.Account > 0 {
		t.Account = change(t.Account, l.Account)
	}
	if l.Address > 0 {
		t.Address = change(t.Address, l.Address)
	}
	if known && l.device() > 0 {
		t.Device = change(t.Device, l.device())
	}
	return t
}

// present returns the tally of the window that at is in: a new one if the last is over. What is being checked is so in any
// window.
func (l LoginLimits) present(t Tally, at time.Time) Tally {
	if l.lapsed(t, at) {
		t.Pending, t.PendingUntil = 0, time.Time{}
	}
	if !l.over(t, at) {
		return t
	}
	next := Tally{Pending: t.Pending, PendingUntil: t.PendingUntil, Until: at.Add(l.Window), KnownUntil: t.KnownUntil}
	if at.Before(t.Until.Add(l.longest())) {
		next.Strikes = t.Strikes
	}
	return next
}

// lapsed reports whether the places of a tally count no more: the last of them was taken too long ago for an answer to come of
// it, or by a clock that has been set back since. A row from before it was said when has none; its places last for the window.
func (l LoginLimits) lapsed(t Tally, at time.Time) bool {
	if t.PendingUntil.IsZero() {
		return l.over(t, at)
	}
	return !at.Before(t.PendingUntil) || t.PendingUntil.Sub(at) > 2*placeLasts
}

// failed counts a wrong password. The first begins a window, whatever was right before it, and the one that reaches the limit a
// limitation.
func (l LoginLimits) failed(t Tally, most int, at time.Time) Tally {
	if t.Failures >= most {
		return t
	}
	if t.Failures == 0 {
		t.Until = at.Add(l.Window)
	}
	if t.Failures++; t.Failures == most {
		t.Until = at.Add(l.limitation(t.Strikes))
		t.Strikes++
	}
	return t
}

// limitation is how long a limit limits that was reached `before` times in a row before.
func (l LoginLimits) limitation(before int) time.Duration {
	d := l.Window
	for range before {
		if d = 2 * d; d >= l.longest() {
			return l.longest()
		}
	}
	return d
}
