package application_test

import (
	"testing"
	"time"
)

func TestSettle_ATryThatFallsIntoItsLookIsLookedUpAgain(t *testing.T) {
	store, p, other, first := before(t, asItIs)
	store.unheard(p, first)
	store.looked = func() {
		store.looked = nil
		store.lost(p, first)
	}
	p.ok(p.settle.Do(p.ctx()))
	p.clock.pass(time.Minute)
	p.ok(p.settle.Do(p.ctx()))
	p.replaced(first, other.refreshed(first))
}

func TestUnanswered_AClockThatGoesBackBetweenTwoTriesTakesNobodyForAThief(t *testing.T) {
	store, p, _, first := before(t, asItIs)
	p.clock.pass(20 * time.Minute)
	store.unheard(p, first)
	p.clock.pass(-15 * time.Minute)
	store.lost(p, first)
	p.clock.pass(time.Minute)
	p.replaced(first, p.refreshed(first))
}
