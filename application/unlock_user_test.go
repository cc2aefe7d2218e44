package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

func TestUnlockUser_LetsInAtOnceAndIsRecorded(t *testing.T) {
	p, u := newStage(t).withMaria()
	p.ok(p.right(browser))
	p.guesses(10, maria, stranger)
	p.guesses(10, maria, browser)
	p.limited(p.right(stranger), domain.LimitAccount, 5*time.Minute)
	p.limited(p.right(browser), domain.LimitDevice, 5*time.Minute)
	p.audit.events = nil
	for range 2 {
		p.ok(p.unlockUser.Do(p.ctx(), "MARIA@example.com"))
	}
	unlocked := domain.Event{Kind: domain.EventUserUnlocked, At: noon, UserID: u.ID}
	p.only(unlocked, unlocked)
	// Her device is still known: what strangers do does not concern it.
	p.guesses(10, maria, stranger)
	p.ok(p.right(browser))
	p.limited(p.right(stranger), domain.LimitAccount, 5*time.Minute)
}

func TestUnlockUser_LeavesTheAddressLimited(t *testing.T) {
	s := newStage(t)
	s.limits.Address = 10
	p, _ := s.withMaria()
	p.guesses(10, maria, stranger)
	p.ok(p.unlockUser.Do(p.ctx(), maria))
	p.limited(p.right(stranger), domain.LimitAddress, 5*time.Minute)
	p.ok(p.right(browser))
}

// noUnlock is an attempt store that is down.
type noUnlock struct{ ports.AttemptStore }

func (noUnlock) Unlock(context.Context, string) error { return errDown }

func (noUnlock) Find(context.Context, domain.Attempt) (domain.Tallies, error) {
	return domain.Tallies{}, errDown
}

func TestUnlockUser_SaysWhatKeptItFromUnlockingAndRecordsNothing(t *testing.T) {
	s := newStage(t)
	s.attempts = noUnlock{s.attempts}
	p, _ := s.withMaria()
	p.is(p.unlockUser.Do(p.ctx(), "nobody@example.com"), domain.ErrUserUnknown)
	p.is(p.unlockUser.Do(p.ctx(), maria), domain.ErrUnavailable)
	_, err := p.showUser.Do(p.ctx(), maria)
	p.is(err, domain.ErrUnavailable)
	p.only()
}

func TestShowUser_SaysUntilWhenTheAccountIsLimited(t *testing.T) {
	p, _ := newStage(t).withMaria()
	until := func() time.Time {
		shown, err := p.showUser.Do(p.ctx(), maria)
		p.ok(err)
		return shown.LimitedUntil
	}
	p.guesses(9, maria, stranger)
	if got := until(); !got.IsZero() {
		t.Errorf("after nine wrong passwords it is limited until %v", got)
	}
	p.guesses(1, maria, stranger)
	p.clock.pass(time.Minute)
	if got := until(); !got.Equal(noon.Add(5 * time.Minute)) {
		t.Errorf("after ten it is limited until %v, want five minutes", got)
	}
	p.clock.pass(4 * time.Minute)
	if got := until(); !got.IsZero() {
		t.Errorf("after its time it is limited until %v", got)
	}
}
