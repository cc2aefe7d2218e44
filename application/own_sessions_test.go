package application_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

func TestListOwnSessions_ListsOnesOwnLiveSessionsAndSaysWhichIsTheCallers(t *testing.T) {
	p, _ := newStage(t).withMaria()
	p.added("jose@example.com")
	_, err := p.login.Do(p.ctx(), "jose@example.com", domain.NewSecret(password), browser)
	p.ok(err)
	var tokens []string
	for range 3 {
		p.clock.pass(time.Minute)
		tokens = append(tokens, p.loggedIn())
	}
	_, err = p.register.Revoke(p.ctx(), p.claims(tokens[2]).SessionID, domain.ReasonOperator, noon)
	p.ok(err)
	sessions, own, err := p.listOwn.Do(p.ctx(), tokens[0], browser)
	p.ok(err)
	first, second := p.claims(tokens[0]).SessionID, p.claims(tokens[1]).SessionID
	if len(sessions) != 2 || sessions[0].ID != second || sessions[1].ID != first || own != first {
		t.Errorf("%s sees %+v, want its own and %s, newest first", own, sessions, second)
	}
}

func TestEndOwnSession_EndsOneSessionOfTheSameUserAndRecordsWho(t *testing.T) {
	p, u := newStage(t).withMaria()
	own, other := p.loggedIn(), p.loggedIn()
	ended := p.claims(other).SessionID
	p.audit.events = nil
	for range 2 {
		// The second time it has ended already, and is left as it is.
		isOwn, err := p.endOwn.Do(p.ctx(), own, ended, browser)
		p.ok(err)
		if isOwn {
			t.Error("the other session counts as the caller's own")
		}
	}
	p.only(domain.Event{
		Kind: domain.EventSessionRevoked, At: noon, UserID: u.ID, SessionID: ended, Reason: domain.ReasonUser, Client: browser,
	})
	p.refused(other, domain.ErrSessionEnded)
	isOwn, err := p.endOwn.Do(p.ctx(), own, p.claims(own).SessionID, browser)
	p.ok(err)
	if !isOwn {
		t.Error("the caller's own session does not count as such")
	}
	p.refused(own, domain.ErrSessionEnded)
}

func TestEndOwnSession_KnowsNoSessionOfAnotherUser(t *testing.T) {
	p, _ := newStage(t).withMaria()
	p.added("jose@example.com")
	theirs, err := p.login.Do(p.ctx(), "jose@example.com", domain.NewSecret(password), browser)
	p.ok(err)
	own := p.loggedIn()
	for _, id := range []string{
		p.claims(theirs.Token).SessionID, "unknown", "", "\x00", "\xff", strings.Repeat("a", 1000),
	} {
		_, err := p.endOwn.Do(p.ctx(), own, id, browser)
		p.is(err, domain.ErrNotOwnSession)
	}
	p.refreshed(theirs.Token)
}

// pruned loses every session before it is revoked.
type pruned struct{ ports.SessionRegister }

func (pruned) Revoke(context.Context, string, domain.Reason, time.Time) (bool, error) {
	return false, domain.ErrSessionUnknown
}

func TestEndOwnSession_ASessionThatWasJustPrunedIsNotThere(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	own := s.open().loggedIn()
	s.register = pruned{s.register}
	_, err := s.open().endOwn.Do(s.ctx(), own, s.claims(own).SessionID, browser)
	s.is(err, domain.ErrNotOwnSession)
}

func TestOwnSessions_NeedAGoodTokenAndAStoreThatAnswers(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	p := s.open()
	first := p.loggedIn()
	current := p.refreshed(p.refreshed(first))
	id := p.claims(current).SessionID
	_, _, err := p.listOwn.Do(p.ctx(), first, browser)
	p.is(err, domain.ErrTokenReplaced)
	_, err = p.endOwn.Do(p.ctx(), first, id, browser)
	p.is(err, domain.ErrTokenReplaced)
	s.register = downRegister{s.register}
	p = s.open()
	_, _, err = p.listOwn.Do(p.ctx(), current, browser)
	p.is(err, domain.ErrUnavailable)
	_, err = p.endOwn.Do(p.ctx(), current, id, browser)
	p.is(err, domain.ErrUnavailable)
	s.sessions = &outage{SessionStore: s.sessions, down: true}
	_, err = s.open().endOwn.Do(s.ctx(), current, id, browser)
	s.is(err, domain.ErrUnavailable)
}
