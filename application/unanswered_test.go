package application_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestUnanswered_AClientThatRetriesAfterAnOutageGetsTheCurrentToken(t *testing.T) {
	for name, settled := range map[string]bool{"before Settle": false, "after Settle": true} {
		t.Run(name, func(t *testing.T) {
			store, p, _, first := before(t, asItIs)
			store.lost(p, first)
			for range 6 {
				p.clock.pass(10 * time.Second)
				store.unheard(p, first)
			}
			if settled {
				p.ok(p.settle.Do(p.ctx()))
			}
			second := p.refreshed(first)
			p.replaced(first, second)
			p.same(p.refreshed(first), second)
			p.replaced(second, p.refreshed(second))
			if n := len(p.audit.of(domain.EventTokenReused)); n != 0 {
				t.Errorf("%d reuses were recorded, want none", n)
			}
		})
	}
}

func TestUnanswered_ARotationThatDidNotTakeIsMadeAtTheRetry(t *testing.T) {
	store, p, _, first := before(t, asItIs)
	store.unheard(p, first)
	p.clock.pass(time.Minute)
	p.ok(p.settle.Do(p.ctx()))
	p.replaced(first, p.refreshed(first))
}

func TestUnanswered_ARotationThatTookOnlyAtTheSecondTryIsNoTheft(t *testing.T) {
	store, p, _, first := before(t, asItIs)
	store.unheard(p, first)
	p.clock.pass(time.Minute)
	store.lost(p, first)
	p.clock.pass(time.Minute)
	p.replaced(first, p.refreshed(first))
}

func TestUnanswered_SettleRestartsTheGraceForEveryReplica(t *testing.T) {
	store, p, other, first := before(t, asItIs)
	store.lost(p, first)
	p.clock.pass(time.Minute)
	p.ok(p.settle.Do(p.ctx()))
	p.clock.pass(10*time.Second - time.Microsecond)
	second := other.refreshed(first)
	p.replaced(first, second)
	p.clock.pass(time.Microsecond)
	other.refused(first, domain.ErrTokenReused)
	other.refused(second, domain.ErrSessionEnded)
}

func TestUnanswered_ATokenPastItsGraceAtItsFirstTryIsNotServed(t *testing.T) {
	for name, settled := range map[string]bool{"before Settle": false, "after Settle": true} {
		t.Run(name, func(t *testing.T) {
			store, p, other, stolen := before(t, asItIs)
			current := other.refreshed(stolen)
			p.clock.pass(10 * time.Second)
			standing := p.state(p.claims(current).SessionID)
			store.unheard(p, stolen)
			if settled {
				p.ok(p.settle.Do(p.ctx()))
				if got := p.state(standing.ID); got != standing {
					t.Errorf("the state is now\n%+v, want\n%+v", got, standing)
				}
			}
			p.refused(stolen, domain.ErrTokenReused)
			p.refused(current, domain.ErrSessionEnded)
		})
	}
}

func TestUnanswered_ATokenWithinItsGraceAtItsFirstTryIsServed(t *testing.T) {
	store, p, other, first := before(t, asItIs)
	second := other.refreshed(first)
	p.clock.pass(10*time.Second - time.Microsecond)
	store.unheard(p, first)
	p.clock.pass(time.Minute)
	store.unheard(p, first)
	p.clock.pass(time.Minute)
	p.same(p.refreshed(first), second)
	p.ok(p.settle.Do(p.ctx()))
	p.same(other.refreshed(first), second)
}

func TestUnanswered_ATokenTwoGenerationsOldIsNotServed(t *testing.T) {
	store, p, other, first := before(t, asItIs)
	store.lost(p, first)
	second := other.refreshed(first)
	other.refreshed(second)
	p.clock.pass(time.Second)
	p.refused(first, domain.ErrTokenReused)
}

func TestUnanswered_AnUntrackedTokenIsRememberedLikeAnyOther(t *testing.T) {
	s := newStage(t)
	lossy := &rotateLost{SessionStore: s.sessions}
	s.sessions = lossy
	p, _ := s.withMaria()
	raw := p.untracked(maria)
	p.refused(raw, domain.ErrUnavailable)
	p.clock.pass(time.Minute)
	lossy.healed = true
	id, _ := domain.UntrackedKey(raw)
	if got := p.claims(p.refreshed(raw)); got.SessionID != id || got.ID.Generation() != 1 {
		t.Errorf("the token says %+v, want the first generation of session %s", got, id)
	}
}

func TestUnanswered_TheMemoryOfATokenEnds(t *testing.T) {
	for _, c := range []struct{ grace, window time.Duration }{
		{10 * time.Second, 10 * time.Second}, {time.Second, 5 * time.Second}, {0, 5 * time.Second},
	} {
		store, p, _, first := before(t, func(s *stage) { s.policy.RefreshGrace = c.grace })
		store.lost(p, first)
		p.clock.pass(time.Minute)
		p.ok(p.settle.Do(p.ctx()))
		p.clock.pass(c.window - time.Microsecond)
		second := p.refreshed(first)
		p.clock.pass(time.Microsecond)
		p.refused(first, domain.ErrTokenReused)
		p.refused(second, domain.ErrSessionEnded)
	}
}

func TestUnanswered_ATokenIsRememberedUntilTheStoreHasSaidHowItStands(t *testing.T) {
	store, p, _, first := before(t, asItIs)
	store.lost(p, first)
	for range 20 {
		p.clock.pass(time.Minute)
		store.down = true
		p.is(p.settle.Do(p.ctx()), domain.ErrUnavailable)
		store.down = false
	}
	p.replaced(first, p.refreshed(first))
}

func TestUnanswered_SettleLeavesAnEndedSessionEnded(t *testing.T) {
	store, p, _, first := before(t, asItIs)
	store.lost(p, first)
	id := p.claims(first).SessionID
	_, err := p.register.Revoke(p.ctx(), id, domain.ReasonOperator, p.clock.read())
	p.ok(err)
	standing := p.state(id)
	p.clock.pass(time.Minute)
	p.ok(p.settle.Do(p.ctx()))
	if got := p.state(id); got != standing {
		t.Errorf("the state is now\n%+v, want\n%+v", got, standing)
	}
	p.refused(first, domain.ErrSessionEnded)
}
