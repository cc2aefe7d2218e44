package domain

import (
	"cmp"
	"time"
)

// LimitName names a limit, for events and metrics.
type LimitName string

// The limits: of what is tried on one account, from one network address, on an account from an address that its owner
// logged in from, of the refreshes of one session, and of wrong secrets of clients from one network address.
const (
	LimitAccount LimitName = "account"
	LimitAddress LimitName = "address"
	LimitDevice  LimitName = "device"
	LimitSession LimitName = "session"
	LimitClient  LimitName = "client"
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
	t = l.present(t, at)
	switch {
	case most == 0:
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
