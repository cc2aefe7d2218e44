package application_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestRefreshToken_TradesTheCurrentTokenForANewOne(t *testing.T) {
	p, u := newStage(t).withMaria()
	first := p.loggedIn()
	p.clock.pass(7 * time.Minute)
	second := p.refreshed(first)
	p.replaced(first, second)
	issued := p.clock.read().Truncate(time.Second)
	claims := p.claims(second)
	want := domain.Claims{
		Subject: maria, UserID: u.ID, SessionID: p.claims(first).SessionID, ID: claims.ID,
		IssuedAt: issued, ExpiresAt: issued.Add(30 * time.Minute),
	}
	if !equalClaims(claims, want) {
		t.Errorf("the token says\n%+v, want\n%+v", claims, want)
	}
	state := p.state(claims.SessionID)
	if state.Current.ID != claims.ID || state.Replaced != p.claims(first).ID || !state.ReplacedAt.Equal(p.clock.read()) {
		t.Errorf("the session is %+v", state)
	}
	if n := len(p.audit.all()); n != 1 {
		t.Errorf("%d events were recorded, want that of the login alone", n)
	}
}

func TestRefreshToken_GoesOnForAHundredAndTwentySevenRefreshes(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.loggedIn()
	for range 127 {
		p.clock.pass(time.Minute)
		next := p.refreshed(token)
		p.replaced(token, next)
		token = next
	}
}

func TestRefreshToken_GivesTheSameTokenAgainTenTimesWithinTheGrace(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	second := p.refreshed(first)
	for range 10 {
		p.clock.pass(999 * time.Millisecond)
		p.same(p.refreshed(first), second)
	}
	p.replaced(second, p.refreshed(second))
}

func TestRefreshToken_GraceEndsToTheMicrosecond(t *testing.T) {
	for _, grace := range []time.Duration{time.Microsecond, 10 * time.Second, time.Minute} {
		s := newStage(t)
		s.policy.RefreshGrace = grace
		p, _ := s.withMaria()
		first := p.loggedIn()
		second := p.refreshed(first)
		p.clock.pass(grace - time.Microsecond)
		p.same(p.refreshed(first), second)
		p.clock.pass(time.Microsecond)
		p.refused(first, domain.ErrTokenReused)
	}
}

func TestRefreshToken_GraceIsNotProlongedByUsingIt(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	p.refreshed(first)
	p.clock.pass(9 * time.Second)
	p.refreshed(first)
	p.clock.pass(time.Second)
	p.refused(first, domain.ErrTokenReused)
}

func TestRefreshToken_WithoutAGraceAReplayIsAReuse(t *testing.T) {
	s := newStage(t)
	s.policy.RefreshGrace = 0
	p, _ := s.withMaria()
	first := p.loggedIn()
	second := p.refreshed(first)
	p.refused(first, domain.ErrTokenReused)
	p.refused(second, domain.ErrSessionEnded)
}

func TestRefreshToken_SaysWhatTheUserIsNow(t *testing.T) {
	p, u := newStage(t).withMaria()
	first := p.loggedIn()
	moved := "maria.silva@example.com"
	p.changed(u, domain.UserChange{Email: &moved})
	second := p.refreshed(first)
	if claims := p.claims(second); claims.Subject != moved || claims.UserID != u.ID {
		t.Errorf("the token's sub is %q and its uid %q, want the new address and the same user", claims.Subject, claims.UserID)
	}
}

func TestRefreshToken_AClockThatGoesBackTakesNobodyForAThief(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	p.clock.pass(20 * time.Minute)
	second := p.refreshed(first)
	for _, back := range []time.Duration{30 * time.Second, 25 * time.Minute} {
		p.clock.pass(-back)
		p.same(p.refreshed(first), second)
		third := p.refreshed(second)
		p.replaced(second, third)
		first, second = second, third
	}
	p.clock.pass(25*time.Minute + 30*time.Second)
	p.replaced(second, p.refreshed(second))
	if reused := p.audit.of(domain.EventTokenReused); len(reused) != 0 {
		t.Errorf("recorded were %+v", reused)
	}
}

func TestRefreshToken_EveryRotationBeginsAGraceOfItsOwn(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.loggedIn()
	for range 3 {
		p.clock.pass(time.Minute)
		next := p.refreshed(token)
		p.clock.pass(10*time.Second - time.Microsecond)
		p.same(p.refreshed(token), next)
		token = next
	}
}

func TestRefreshToken_SaysWhetherTheTokenWasHandedOutBefore(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	for i, want := range []bool{false, true, true} {
		grant, err := p.refresh.Do(p.ctx(), first, browser)
		if err != nil || grant.Replayed != want {
			t.Errorf("refresh %d is replayed: %t, %v, want %t", i+1, grant.Replayed, err, want)
		}
	}
}
