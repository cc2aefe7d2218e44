package application_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// live returns the ids of maria's live sessions.
func (p *program) live() []string {
	p.t.Helper()
	sessions, err := p.listSessions.Do(p.ctx(), maria)
	p.ok(err)
	ids := []string{}
	for _, s := range sessions {
		ids = append(ids, s.ID)
	}
	return ids
}

func (s *stage) idOf(token string) string { return s.claims(token).SessionID }

func TestListSessions_ListsTheLiveOnesNewestFirst(t *testing.T) {
	p, _ := newStage(t).withMaria()
	p.added("jose@example.com")
	_, err := p.login.Do(p.ctx(), "jose@example.com", domain.NewSecret(password), browser)
	p.ok(err)
	idle := p.idOf(p.loggedIn())
	p.clock.pass(29 * time.Minute)
	var tokens []string
	for range 3 {
		p.clock.pass(time.Second)
		tokens = append(tokens, p.loggedIn())
	}
	if got, want := p.live(), []string{p.idOf(tokens[2]), p.idOf(tokens[1]), p.idOf(tokens[0]), idle}; !slices.Equal(got, want) {
		t.Errorf("listed were %v, want %v", got, want)
	}
	p.clock.pass(time.Minute)
	p.refreshed(tokens[0])
	_, err = p.register.Revoke(p.ctx(), p.idOf(tokens[1]), domain.ReasonOperator, p.clock.read())
	p.ok(err)
	if got, want := p.live(), []string{p.idOf(tokens[2]), p.idOf(tokens[0])}; !slices.Equal(got, want) {
		t.Errorf("listed were %v, want %v", got, want)
	}
}

func TestListSessions_SaysThatThereIsNoSuchUser(t *testing.T) {
	p := newStage(t).open()
	for _, email := range []string{maria, "", "\x00"} {
		_, err := p.listSessions.Do(p.ctx(), email)
		p.is(err, domain.ErrUserUnknown)
	}
}

func TestRevokeSessions_EndsWhatTheScopeNamesAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		scope func(mine string) application.Scope
		kind  domain.EventKind
		// ended says which of maria's two and jose's one session end.
		ended [3]bool
	}{
		"one session": {func(mine string) application.Scope { return application.Scope{SessionID: mine} }, domain.EventSessionRevoked, [3]bool{true, false, false}},
		"a user's":    {func(string) application.Scope { return application.Scope{Email: maria} }, domain.EventSessionsRevoked, [3]bool{true, true, false}},
		"all":         {func(string) application.Scope { return application.Scope{All: true} }, domain.EventSessionsRevoked, [3]bool{true, true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			p, u := newStage(t).withMaria()
			p.added("jose@example.com")
			theirs, err := p.login.Do(p.ctx(), "jose@example.com", domain.NewSecret(password), browser)
			p.ok(err)
			tokens := [3]string{p.loggedIn(), p.loggedIn(), theirs.Token}
			p.clock.pass(time.Minute)
			p.audit.events = nil
			want := domain.Event{Kind: c.kind, At: p.clock.read(), Reason: domain.ReasonOperator}
			scope := c.scope(p.idOf(tokens[0]))
			if want.SessionID = scope.SessionID; scope.Email != "" {
				want.UserID = u.ID
			}
			want.Count, err = p.revokeSessions.Do(p.ctx(), scope)
			p.ok(err)
			p.only(want)
			for i, ended := range c.ended {
				if !ended {
					p.refreshed(tokens[i])
					continue
				}
				p.refused(tokens[i], domain.ErrSessionEnded)
				want.Count--
			}
			if want.Count != 0 {
				t.Errorf("the count is off by %d", want.Count)
			}
		})
	}
}

func TestRevokeSessions_ASecondTimeEndsNothing(t *testing.T) {
	p, _ := newStage(t).withMaria()
	id := p.idOf(p.loggedIn())
	for _, want := range []int{1, 0} {
		n, err := p.revokeSessions.Do(p.ctx(), application.Scope{SessionID: id})
		if p.ok(err); n != want {
			t.Errorf("%d sessions ended, want %d", n, want)
		}
	}
}

func TestRevokeSessions_CountsLiveSessionsOnly(t *testing.T) {
	for name, scope := range map[string]application.Scope{"a user's": {Email: maria}, "all": {All: true}} {
		t.Run(name, func(t *testing.T) {
			p, _ := newStage(t).withMaria()
			p.loggedIn()
			p.clock.pass(31 * time.Minute)
			n, err := p.revokeSessions.Do(p.ctx(), scope)
			if p.ok(err); n != 0 {
				t.Errorf("%d sessions were live, want none: it has idled for longer than a token lives", n)
			}
		})
	}
}

func TestRevokeSessions_AlsoEndsUntrackedTokensOfTheUserOrOfAll(t *testing.T) {
	for name, scope := range map[string]application.Scope{"a user's": {Email: maria}, "all": {All: true}} {
		t.Run(name, func(t *testing.T) {
			p, _ := newStage(t).withMaria()
			raw := p.untracked(maria)
			p.clock.pass(time.Minute)
			_, err := p.revokeSessions.Do(p.ctx(), scope)
			p.ok(err)
			p.refused(raw, domain.ErrTokenOutdated)
		})
	}
}

func TestRevokeSessions_SaysWhatDoesNotExist(t *testing.T) {
	p := newStage(t).open()
	for _, id := range []string{"unknown", "\xff", "a\x00b", strings.Repeat("a", 65)} {
		_, err := p.revokeSessions.Do(p.ctx(), application.Scope{SessionID: id})
		p.is(err, domain.ErrSessionUnknown)
	}
	for _, email := range []string{maria, "\xff", "a\x00b"} {
		_, err := p.revokeSessions.Do(p.ctx(), application.Scope{Email: email})
		p.is(err, domain.ErrUserUnknown)
	}
	p.only()
}

// downRegister answers nothing.
type downRegister struct{ ports.SessionRegister }

func (downRegister) List(context.Context, string, time.Time) ([]domain.Session, error) {
	return nil, errDown
}

func (downRegister) Revoke(context.Context, string, domain.Reason, time.Time) (bool, error) {
	return false, errDown
}

func (downRegister) RevokeUser(context.Context, string, string, domain.Reason, time.Time) (int, error) {
	return 0, errDown
}

func (downRegister) RevokeAll(context.Context, domain.Reason, time.Time, string, int) (string, int, error) {
	return "", 0, errDown
}

func (downRegister) Prune(context.Context, time.Time, string, int) (string, int, error) {
	return "", 0, errDown
}

func TestSessionCommands_AnUnavailableStoreIsSaidToBeOneAndNothingIsRecorded(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	s.register = downRegister{s.register}
	p := s.open()
	_, err := p.listSessions.Do(p.ctx(), maria)
	p.is(err, domain.ErrUnavailable)
	for _, scope := range []application.Scope{{SessionID: "a"}, {Email: maria}, {All: true}} {
		_, err := p.revokeSessions.Do(p.ctx(), scope)
		p.is(err, domain.ErrUnavailable)
	}
	_, err = p.pruneSessions.Do(p.ctx())
	p.is(err, domain.ErrUnavailable)
	p.only()
}
