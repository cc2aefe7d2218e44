package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

func TestGrant_SaysWhenItsTokenExpires(t *testing.T) {
	s := newStage(t)
	s.policy.SessionMaxAge = s.policy.TokenLifetime + time.Minute
	s.added(maria)
	p := s.open()
	first, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
	p.ok(err)
	p.clock.pass(5 * time.Minute)
	// The second token is cut to the session's end.
	second, err := p.refresh.Do(p.ctx(), first.Token, browser)
	p.ok(err)
	for _, grant := range []application.Grant{first, second} {
		if expires := p.claims(grant.Token).ExpiresAt; !grant.ExpiresAt.Equal(expires) {
			t.Errorf("the grant says %v, want the token's own expiry, %v", grant.ExpiresAt, expires)
		}
	}
}

func TestRefreshToken_ExpiresToTheMicrosecondWithoutAskingTheStore(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	token := s.open().loggedIn()
	s.clock.turnTo(s.claims(token).ExpiresAt)
	s.sessions = untouched{t: t}
	s.open().refused(token, domain.ErrTokenExpired)
	s.clock.pass(365 * 24 * time.Hour)
	s.open().refused(token, domain.ErrTokenExpired)
}

func TestRefreshToken_WorksUntilTheLastMicrosecond(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.loggedIn()
	p.clock.turnTo(p.claims(token).ExpiresAt.Add(-time.Microsecond))
	p.refreshed(token)
}

// untouched fails the test when the store is asked for a session.
type untouched struct {
	ports.SessionStore
	t *testing.T
}

func (u untouched) Rotate(context.Context, domain.Rotation) (domain.SessionState, bool, error) {
	u.t.Error("the store was asked to rotate")
	return domain.SessionState{}, false, domain.ErrUnavailable
}

func (u untouched) Find(context.Context, string) (domain.SessionState, error) {
	u.t.Error("the store was asked for a session")
	return domain.SessionState{}, domain.ErrUnavailable
}

func TestRefreshToken_RefusesWhatIsNoTokenWithoutAskingTheStore(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	good := s.open().loggedIn()
	s.sessions = untouched{t: t}
	p := s.open()
	for _, raw := range []string{"", "x", "a.b.c", good + "A", good[:len(good)-1], "\x00", good + " ", good + "=="} {
		p.refused(raw, domain.ErrTokenInvalid)
	}
}

func TestRefreshToken_WorksUntilTheSessionEnds(t *testing.T) {
	s := newStage(t)
	s.policy.SessionMaxAge = 40 * time.Minute
	p, _ := s.withMaria()
	first := p.loggedIn()
	end := p.state(p.claims(first).SessionID).EndsAt
	p.clock.pass(25 * time.Minute)
	second := p.refreshed(first)
	p.clock.turnTo(end.Add(-time.Second))
	last := p.refreshed(second)
	if got := p.claims(last).ExpiresAt; !got.Equal(end) {
		t.Errorf("the last token expires at %v, want the session's end %v", got, end)
	}
	p.clock.turnTo(end)
	p.refused(last, domain.ErrTokenExpired)
}

func TestRefreshToken_TheSessionEndsInSpiteOfTheLeeway(t *testing.T) {
	s := newStage(t)
	s.policy.SessionMaxAge, s.policy.ClockLeeway = 40*time.Minute, time.Minute
	p, _ := s.withMaria()
	token := p.loggedIn()
	p.clock.pass(25 * time.Minute)
	token = p.refreshed(token)
	p.clock.turnTo(p.state(p.claims(token).SessionID).EndsAt)
	p.refused(token, domain.ErrSessionEnded)
}

func TestRefreshToken_TheLeewayProlongsTheTokenAndNothingElse(t *testing.T) {
	s := newStage(t)
	s.policy.ClockLeeway = time.Minute
	p, _ := s.withMaria()
	token := p.loggedIn()
	p.clock.turnTo(p.claims(token).ExpiresAt.Add(time.Minute - time.Microsecond))
	next := p.refreshed(token)
	p.clock.turnTo(p.claims(next).ExpiresAt.Add(time.Minute))
	p.refused(next, domain.ErrTokenExpired)
}
