package domain_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// limits are the defaults.
var limits = domain.LoginLimits{Account: 10, Address: 200, Window: 5 * time.Minute, KnownFor: 720 * time.Hour}

// tried is what a run of attempts leaves, one after the other.
type tried struct {
	limits domain.LoginLimits
	domain.Tallies
	at time.Time
}

// attempt makes one attempt and reports whether it was admitted.
func (a *tried) attempt(o domain.Outcome) bool {
	admission := a.limits.Judge(a.Tallies, a.at)
	if admission.Limited != nil || admission.Full {
		return false
	}
	a.Tallies = a.limits.Settle(a.limits.Reserve(a.Tallies, admission.Known, a.at), admission.Known, o, a.at)
	return true
}

// fails counts how many of n wrong passwords are checked.
func (a *tried) fails(n int) int {
	checked := 0
	for range n {
		if a.attempt(domain.Failed) {
			checked++
		}
	}
	return checked
}

func (a *tried) wait() time.Duration {
	if limited := a.limits.Judge(a.Tallies, a.at).Limited; limited != nil {
		return limited.Wait
	}
	return 0
}

func TestLimits_TenWrongPasswordsAreCheckedInAWindow(t *testing.T) {
	a := tried{limits, domain.Tallies{}, noon}
	if n := a.fails(64); n != 10 {
		t.Fatalf("%d were checked, want 10", n)
	}
	if got := a.limits.Judge(a.Tallies, noon).Limited; *got != (domain.LimitedError{Limit: domain.LimitAccount, Wait: 5 * time.Minute}) {
		t.Errorf("the eleventh is limited by %+v", got)
	}
	a.at = noon.Add(5*time.Minute - 1)
	if a.attempt(domain.Succeeded) {
		t.Error("the right password was checked while the account is limited")
	}
	if a.wait() != 1 {
		t.Errorf("a moment before the end the wait is %v", a.wait())
	}
	a.at = noon.Add(5 * time.Minute)
	if !a.attempt(domain.Failed) {
		t.Error("at the end of the limitation nothing was checked")
	}
}

func TestLimits_TheWindowBeginsWithTheFirstWrongPasswordAndNotWithARightOne(t *testing.T) {
	a := tried{limits, domain.Tallies{}, noon}
	a.attempt(domain.Succeeded)
	a.Device = domain.Tally{} // so that the account's own limit is what counts
	a.at = noon.Add(4 * time.Minute)
	a.fails(1)
	a.at = noon.Add(6 * time.Minute)
	if n := a.fails(64); n != 9 {
		t.Errorf("%d more were checked two minutes after the first, want 9", n)
	}
}

func TestLimits_EachLimitationInARowIsTwiceAsLongUpToAnHour(t *testing.T) {
	a := tried{limits, domain.Tallies{}, noon}
	for _, want := range []time.Duration{
		5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, time.Hour, time.Hour,
	} {
		if n := a.fails(11); n != 10 || a.wait() != want {
			t.Fatalf("%d were checked and the wait is %v, want 10 and %v", n, a.wait(), want)
		}
		a.at = a.at.Add(a.wait())
	}
	a.at = a.at.Add(time.Hour)
	if a.fails(11); a.wait() != 5*time.Minute {
		t.Errorf("after an hour of peace the wait is %v, want 5 minutes again", a.wait())
	}
}

func TestLimits_AWindowLongerThanAnHourDoesNotGrow(t *testing.T) {
	long := limits
	long.Window = 3 * time.Hour
	a := tried{long, domain.Tallies{}, noon}
	for range 3 {
		if a.fails(11); a.wait() != 3*time.Hour {
			t.Fatalf("the wait is %v, want 3 hours", a.wait())
		}
		a.at = a.at.Add(a.wait())
	}
}

func TestLimits_OnlyFailuresCount(t *testing.T) {
	for _, o := range []domain.Outcome{domain.Succeeded, domain.Undecided} {
		a := tried{limits, domain.Tallies{}, noon}
		for i := range 300 {
			if !a.attempt(o) {
				t.Fatalf("outcome %d: attempt %d was not admitted", o, i)
			}
		}
	}
}

func TestLimits_ASuccessClearsTheAccountAndNotTheAddress(t *testing.T) {
	a := tried{limits, domain.Tallies{}, noon}
	a.fails(9)
	a.attempt(domain.Succeeded)
	if a.Account.Failures != 0 || a.Address.Failures != 9 {
		t.Errorf("the tallies are %+v, want none on the account and 9 on the address", a.Tallies)
	}
}

func TestLimits_AnAddressIsLimitedWhateverAccountIsTried(t *testing.T) {
	a, checked := tried{limits, domain.Tallies{}, noon}, 0
	for range 100 {
		a.Account = domain.Tally{}
		checked += a.fails(3)
	}
	a.Account = domain.Tally{}
	if limited := a.limits.Judge(a.Tallies, noon).Limited; checked != 200 || limited == nil || limited.Limit != domain.LimitAddress {
		t.Errorf("%d were checked and the next is limited by %+v, want 200 and the address", checked, limited)
	}
}

func TestLimits_TheLongerWaitIsTold(t *testing.T) {
	full := func(wait time.Duration, n int) domain.Tally { return domain.Tally{Failures: n, Until: noon.Add(wait)} }
	for _, c := range []struct {
		account, address time.Duration
		want             domain.LimitName
	}{{1, 2, domain.LimitAddress}, {2, 1, domain.LimitAccount}} {
		got := limits.Judge(domain.Tallies{Account: full(c.account, 10), Address: full(c.address, 200)}, noon).Limited
		if got.Limit != c.want || got.Wait != 2 {
			t.Errorf("with waits of %d and %d the answer is %+v", c.account, c.address, got)
		}
	}
}

func TestLimits_AKnownDeviceIsNotLockedOutByStrangers(t *testing.T) {
	owner := tried{limits, domain.Tallies{}, noon}
	owner.attempt(domain.Succeeded)
	stranger := tried{limits, domain.Tallies{Account: owner.Account}, noon}
	stranger.fails(64)
	owner.Account, owner.Address = stranger.Account, domain.Tally{Failures: 200, Until: noon.Add(time.Hour)}
	if !owner.attempt(domain.Succeeded) {
		t.Error("the owner's known device was not admitted")
	}
	stranger.Account = owner.Account
	if stranger.attempt(domain.Failed) {
		t.Error("the owner's login lets strangers guess again")
	}
	if n := owner.fails(64); n != 10 || owner.limits.Judge(owner.Tallies, noon).Limited.Limit != domain.LimitDevice {
		t.Errorf("%d wrong passwords of the known device were checked, want 10 by a limit of its own", n)
	}
	owner.at = noon.Add(limits.KnownFor)
	if owner.limits.Judge(owner.Tallies, owner.at).Known {
		t.Error("the device is known longer than a session could have lived")
	}
}

func TestLimits_ATypingErrorOfAKnownDeviceCountsEverywhere(t *testing.T) {
	a := tried{limits, domain.Tallies{}, noon}
	a.attempt(domain.Succeeded)
	a.fails(4)
	if a.Account.Failures != 4 || a.Address.Failures != 4 || a.Device.Failures != 4 {
		t.Errorf("the tallies are %+v, want 4 each", a.Tallies)
	}
}

func TestLimits_WhatIsBeingCheckedTakesAPlace(t *testing.T) {
	tallies, reserved := domain.Tallies{}, 0
	for range 64 {
		if admission := limits.Judge(tallies, noon); !admission.Full && admission.Limited == nil {
			tallies = limits.Reserve(tallies, false, noon)
			reserved++
		}
	}
	if admission := limits.Judge(tallies, noon); reserved != 10 || !admission.Full || admission.Limited != nil {
		t.Fatalf("%d are checked at once and the next is %+v, want 10 and one that waits", reserved, admission)
	}
	tallies = limits.Settle(tallies, false, domain.Undecided, noon)
	if limits.Judge(tallies, noon).Full {
		t.Error("a place that was given back is not free")
	}
}

// placed returns tallies in which an attempt that is never settled has the one place that is left.
func placed(at time.Time) domain.Tallies {
	a := tried{limits, domain.Tallies{}, at}
	a.fails(9)
	return limits.Reserve(a.Tallies, false, at)
}

func TestLimits_APlaceOfAProcessThatWasKilledLapses(t *testing.T) {
	tallies := placed(noon)
	for after, full := range map[time.Duration]bool{
		0: true, domain.AnswerWithin: true, time.Minute - 1: true, time.Minute: false, limits.Window - 1: false,
		// Of a clock that has been set back since.
		-time.Minute: true, -30 * time.Minute: false,
	} {
		if got := limits.Judge(tallies, noon.Add(after)); got.Full != full || got.Limited != nil {
			t.Errorf("after %v an attempt is judged %+v, want full: %v", after, got, full)
		}
	}
	// Neither has it become a failure: the next wrong password is the tenth.
	a := tried{limits, tallies, noon.Add(time.Minute)}
	if n := a.fails(64); n != 1 || a.Account.Pending != 0 {
		t.Errorf("%d more were checked and %d places are taken, want 1 and none", n, a.Account.Pending)
	}
}

func TestLimits_NoPlaceLapsesWhileALaterOneMayBeAnswered(t *testing.T) {
	tallies := limits.Reserve(domain.Tallies{}, false, noon)
	tallies = limits.Reserve(tallies, false, noon.Add(59*time.Second))
	// A replica whose clock is behind takes one too.
	tallies = limits.Reserve(tallies, false, noon.Add(50*time.Second))
	later := noon.Add(time.Minute + 58*time.Second)
	if tallies = limits.Reserve(tallies, false, later); tallies.Account.Pending != 4 {
		t.Errorf("%d places are taken, want 4", tallies.Account.Pending)
	}
}

func TestLimits_WhatIsBeingCheckedTakesItsPlaceIntoTheNextWindow(t *testing.T) {
	tallies := domain.Tallies{}
	end := noon.Add(limits.Window)
	tallies = limits.Settle(limits.Reserve(tallies, false, noon), false, domain.Failed, noon)
	for range 9 {
		tallies = limits.Reserve(tallies, false, end.Add(-time.Second))
	}
	checked := 0
	for !limits.Judge(tallies, end).Full && checked < 64 {
		tallies = limits.Reserve(tallies, false, end)
		checked++
	}
	if checked != 1 || tallies.Account.Failures != 0 {
		t.Errorf("%d more are checked beside the nine of the last window, want 1", checked)
	}
}

func TestLimits_APlaceOfWhichNobodySaidWhenItLapsesLastsForItsWindow(t *testing.T) {
	tallies := placed(noon)
	tallies.Account.PendingUntil, tallies.Address.PendingUntil = time.Time{}, time.Time{}
	if !limits.Judge(tallies, noon.Add(limits.Window-1)).Full || limits.Judge(tallies, noon.Add(limits.Window)).Full {
		t.Error("it does not count until the end of its window, or longer")
	}
}

func TestLimits_NothingIsCountedThatIsOff(t *testing.T) {
	for name, l := range map[string]domain.LoginLimits{
		"account": {Address: 200, Window: time.Minute}, "address": {Account: 10, Window: time.Minute},
	} {
		a := tried{l, domain.Tallies{}, noon}
		a.attempt(domain.Succeeded)
		a.fails(3)
		if name == "account" && (a.Account != domain.Tally{}) || name == "address" && (a.Address != domain.Tally{}) {
			t.Errorf("without a limit of the %s the tallies are %+v", name, a.Tallies)
		}
	}
	if !(domain.LoginLimits{}).Off() || limits.Off() || (domain.LoginLimits{Address: 1}).Off() {
		t.Error("limits are off if both are, and not else")
	}
}

func TestLimits_AKnownDeviceHasABoundAlsoWithoutALimitOfTheAccount(t *testing.T) {
	a := tried{domain.LoginLimits{Address: 200, Window: time.Minute, KnownFor: time.Hour}, domain.Tallies{}, noon}
	a.attempt(domain.Succeeded)
	if n := a.fails(1000); n != 200 {
		t.Errorf("%d wrong passwords of the known device were checked, want the 200 of an address", n)
	}
	if got := a.limits.Judge(a.Tallies, noon).Limited; got == nil || got.Limit != domain.LimitDevice {
		t.Errorf("the next is limited by %+v, want the device", got)
	}
}

func TestLimits_AClockThatWasSetBackLocksNobodyOutForLong(t *testing.T) {
	a := tried{limits, domain.Tallies{}, noon}
	a.fails(10)
	a.at = noon.Add(-24 * time.Hour)
	if a.wait() > time.Hour {
		t.Errorf("a day earlier the wait is %v, want an hour at most", a.wait())
	}
}

func TestLimits_TalliesAreKeptAsLongAsTheyMatter(t *testing.T) {
	known := noon.Add(720 * time.Hour)
	for want, tally := range map[time.Time]domain.Tally{
		noon.Add(time.Hour): {Until: noon}, known: {Until: noon, KnownUntil: known},
	} {
		if got := limits.KeepUntil(tally); !got.Equal(want) {
			t.Errorf("%+v is kept until %v, want %v", tally, got, want)
		}
	}
}

func TestAttempt_NamesTheNetworkOfOneSubscriber(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "unknown", "nonsense": "nonsense",
	} {
		if got := domain.NewAttempt("u", "", domain.Client{Address: address}).Network; got != want {
			t.Errorf("the network of %q is %q, want %q", address, got, want)
		}
	}
}

func TestAttempt_NamesTheAccountWithoutTellingIt(t *testing.T) {
	of := domain.AccountDigest
	if of("u", "a@example.com") != of("u", "b@example.com") || of("", "A@example.com") != of("", "a@EXAMPLE.com") {
		t.Error("one account has two names")
	}
	if of("u", "") == of("v", "") || of("", "a") == of("", "b") || of("x", "") == of("", "x") {
		t.Error("two accounts have one name")
	}
	if got := of("", "typed@example.com"); len(got) != 32 || strings.Contains(got, "typed") {
		t.Errorf("the name is %q", got)
	}
}

func TestLimitedError_IsTheRefusal(t *testing.T) {
	err := error(domain.LimitedError{Limit: domain.LimitDevice, Wait: time.Second})
	if !errors.Is(err, domain.ErrLimited) || errors.Is(err, domain.ErrBadCredentials) || !strings.Contains(err.Error(), "device") {
		t.Errorf("the error is %v", err)
	}
}
