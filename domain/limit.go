package domain

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"
)

// LimitName names a limit, for events and metrics.
type LimitName string

// The limits: of what is tried on one account, from one network address, on an account from an address that its owner
// logged in from, and of the refreshes of one session.
const (
	LimitAccount LimitName = "account"
	LimitAddress LimitName = "address"
	LimitDevice  LimitName = "device"
	LimitSession LimitName = "session"
)

// LimitedError is ErrLimited with what whoever is refused has to know.
type LimitedError struct {
	Limit LimitName
	// Wait is how long the same would be refused again.
	Wait time.Duration
}

// Error names the limit.
func (e LimitedError) Error() string { return "too many attempts: limit of one " + string(e.Limit) }

// Is makes a LimitedError an ErrLimited.
func (e LimitedError) Is(target error) bool { return target == ErrLimited }

// LoginLimits is what an operator decides about wrong passwords. The zero LoginLimits limits nothing.
type LoginLimits struct {
	// Account and Address are how many wrong passwords there may be in one window, on one account and from one network
	// address; 0 is no limit. Account also bounds an account's known device, by itself; where it is 0, Address does.
	Account, Address int
	// Window begins with the first wrong password.
	Window time.Duration
	// KnownFor is how long after a login its address counts as a known device of the account.
	KnownFor time.Duration
}

// Off reports whether nothing is limited.
func (l LoginLimits) Off() bool { return l.Account == 0 && l.Address == 0 }

// device is how many wrong passwords a known device may have. It has a bound as long as anything has: it is judged by no other.
func (l LoginLimits) device() int { return cmp.Or(l.Account, l.Address) }

// longestLimitation bounds how long the growing limitation of an account or an address gets.
const longestLimitation = time.Hour

// longest is how long a window or a limitation can be, and how long the strikes before it are remembered.
func (l LoginLimits) longest() time.Duration { return max(l.Window, longestLimitation) }

// Attempt says what is tried, in a form that tells nothing about it: Account is a digest, Network the address, or of
// IPv6 the /64, which is what one subscriber has.
type Attempt struct{ Account, Network string }

// NewAttempt returns what a client tries: the password of the user with this id, or where there is none of the address
// that was typed. An address in another letter case is the same.
func NewAttempt(userID, email string, c Client) Attempt {
	return Attempt{Account: AccountDigest(userID, email), Network: network(c.Address)}
}

// AccountDigest is the Account of attempts on a user, or on an address that is nobody's. People type passwords into the
// wrong field, so the text itself is kept nowhere.
func AccountDigest(userID, email string) string {
	text := "user:" + userID
	if userID == "" {
		text = "email:" + FoldEmail(email)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

const subscriberBits = 64

func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return cmp.Or(address, "unknown")
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.Prefix(subscriberBits)
	return prefix.String()
}

// Tally is what is remembered of attempts on one account, from one address, or both. The zero Tally is that there were none.
type Tally struct {
	// Failures are wrong passwords in the present window, Pending attempts whose password is being checked.
	Failures, Pending int
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

// Admission says whether an attempt may be made.
type Admission struct {
	// Limited is not nil for an attempt that is refused.
	Limited *LimitedError
	// Full says that as many attempts as are left are being checked: whether this one may be made is known when they are.
	Full bool
	// Known says that the attempt comes from a known device.
	Known bool
}

// Judge says whether an attempt may be made at `at`. It is the one rule of wrong passwords.
//
// A limit that is reached limits for a window, and each time in a row for twice as long, up to an hour. A known device is
// judged by what was tried from its address on its account alone: nobody elsewhere, and nobody there on other accounts, can
// lock its owner out.
func (l LoginLimits) Judge(t Tallies, at time.Time) Admission {
	if at.Before(t.Device.KnownUntil) {
		admission := l.judge(LimitDevice, l.device(), t.Device, at)
		admission.Known = true
		return admission
	}
	account, address := l.judge(LimitAccount, l.Account, t.Account, at), l.judge(LimitAddress, l.Address, t.Address, at)
	switch {
	case account.Limited == nil:
		address.Full = address.Limited == nil && (address.Full || account.Full)
		return address
	case address.Limited == nil || address.Limited.Wait < account.Limited.Wait:
		return account
	default:
		return address
	}
}

func (l LoginLimits) judge(name LimitName, most int, t Tally, at time.Time) Admission {
	switch {
	case most == 0 || l.over(t, at):
		return Admission{}
	case t.Failures >= most:
		return Admission{Limited: &LimitedError{Limit: name, Wait: t.Until.Sub(at)}}
	default:
		return Admission{Full: t.Failures+t.Pending >= most}
	}
}

// over reports whether the window or limitation of a tally is over. One that ends later than any lasts was made by a clock
// that has been set back since.
func (l LoginLimits) over(t Tally, at time.Time) bool {
	return !at.Before(t.Until) || t.Until.Sub(at) > l.longest()
}

// Reserve returns the tallies with an attempt that was admitted at `at` and is being checked.
func (l LoginLimits) Reserve(t Tallies, known bool, at time.Time) Tallies {
	return l.each(t, known, func(t Tally, _ int) Tally {
		t = l.present(t, at)
		t.Pending++
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
	t.Device = Tally{Pending: t.Device.Pending, Until: t.Device.Until, KnownUntil: at.Add(l.KnownFor)}
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

// present returns the tally of the window that at is in: a new one if the last is over.
func (l LoginLimits) present(t Tally, at time.Time) Tally {
	if !l.over(t, at) {
		return t
	}
	next := Tally{Until: at.Add(l.Window), KnownUntil: t.KnownUntil}
	if at.Before(t.Until.Add(l.longest())) {
		next.Strikes = t.Strikes
	}
	return next
}

// failed counts a wrong password. The one that reaches the limit begins a limitation.
func (l LoginLimits) failed(t Tally, most int, at time.Time) Tally {
	if t.Failures >= most {
		return t
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
