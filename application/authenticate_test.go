package application_test

import (
	"errors"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// admits fails unless the token is good for whatever is not a refresh.
func (p *program) admits(raw string) {
	p.t.Helper()
	caller, err := p.authenticate.Do(p.ctx(), raw, browser)
	p.ok(err)
	if c := p.claims(raw); !c.Untracked() && (caller.ID != c.SessionID || caller.UserID != c.UserID || caller.Token.ID != c.ID) {
		p.t.Fatalf("the caller is %+v, want whom the token names: %+v", caller, c)
	}
}

func (p *program) turnsAway(raw string, want error) {
	p.t.Helper()
	_, err := p.authenticate.Do(p.ctx(), raw, browser)
	p.is(err, want)
	if !domain.RefusesToken(err) && !errors.Is(want, domain.ErrUnavailable) {
		p.t.Fatalf("%v does not count as a refusal of the token", err)
	}
}

func TestAuthenticate_TakesTheCurrentTokenAndRotatesNothing(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.loggedIn()
	before := p.state(p.claims(token).SessionID)
	for range 3 {
		p.admits(token)
	}
	if after := p.state(before.ID); after != before {
		t.Errorf("the session is\n%+v, want it unchanged\n%+v", after, before)
	}
}

func TestAuthenticate_TakesTheTokenJustReplacedWithinTheGraceOnly(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	second := p.refreshed(first)
	p.admits(second)
	p.clock.pass(p.policy.RefreshGrace - time.Microsecond)
	p.admits(first)
	p.clock.pass(time.Microsecond)
	p.turnsAway(first, domain.ErrTokenReplaced)
	p.admits(second)
}

func TestAuthenticate_AnOlderTokenEndsNothingAndIsNoReuse(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	third := p.refreshed(p.refreshed(first))
	p.audit.events = nil
	p.turnsAway(first, domain.ErrTokenReplaced)
	p.turnsAway(p.orphan(third, 1), domain.ErrTokenReplaced)
	p.only()
	p.admits(third)
	p.refreshed(third)
}

func TestAuthenticate_RefusesWhatTheStoreNoLongerKnowsAsLive(t *testing.T) {
	off := false
	for name, c := range map[string]struct {
		end  func(p *program, u domain.User, token string)
		want error
	}{
		"revoked": {func(p *program, _ domain.User, token string) {
			_, err := p.register.Revoke(p.ctx(), p.claims(token).SessionID, domain.ReasonOperator, noon)
			p.ok(err)
		}, domain.ErrSessionEnded},
		"disabled": {func(p *program, u domain.User, _ string) { p.changed(u, domain.UserChange{Enabled: &off}) }, domain.ErrSessionEnded},
		"removed": {func(p *program, u domain.User, _ string) {
			_, err := p.userRegister.Remove(p.ctx(), u.ID, noon)
			p.ok(err)
		}, domain.ErrSessionEnded},
		"expired": {func(p *program, _ domain.User, _ string) { p.clock.pass(p.policy.TokenLifetime) }, domain.ErrTokenExpired},
	} {
		t.Run(name, func(t *testing.T) {
			p, u := newStage(t).withMaria()
			token := p.loggedIn()
			c.end(p, u, token)
			p.turnsAway(token, c.want)
		})
	}
}

func TestAuthenticate_RefusesATokenOfASessionThatIsNotThere(t *testing.T) {
	p, u := newStage(t).withMaria()
	c := p.claims(p.loggedIn())
	c.SessionID, c.UserID = "somewhere-else", u.ID
	p.turnsAway(p.signed(c), domain.ErrSessionUnknown)
	p.turnsAway("no token", domain.ErrTokenInvalid)
}

func TestAuthenticate_TakesAnUntrackedTokenInAsTheCurrentOne(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.untracked(maria)
	p.admits(token)
	p.admits(token)
	if n := len(p.audit.of(domain.EventUntrackedTakenIn)); n != 1 {
		t.Errorf("the token was taken in %d times, want once", n)
	}
	next := p.refreshed(token)
	p.admits(next)
	p.clock.pass(p.policy.RefreshGrace)
	p.turnsAway(token, domain.ErrTokenReplaced)
}

func TestAuthenticate_AStoreThatDoesNotAnswerRefusesNobody(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	token := s.open().loggedIn()
	s.sessions = &outage{SessionStore: s.sessions, down: true}
	s.open().turnsAway(token, domain.ErrUnavailable)
	s.open().turnsAway(s.untracked(maria), domain.ErrUnavailable)
}

func TestAuthenticate_TakesTheTokenOfAClientWhoseRefreshGotNoAnswer(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	o := &outage{SessionStore: s.sessions}
	s.sessions = o
	p := s.open()
	token := p.loggedIn()
	o.down, o.takes = true, true
	p.refused(token, domain.ErrUnavailable)
	o.down = false
	s.clock.pass(time.Minute)
	p.admits(token)
}
