package application_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

func (p *program) loggedOut(raw string, scope application.LogoutScope) {
	p.t.Helper()
	p.ok(p.logout.Do(p.ctx(), raw, scope, browser))
}

func TestLogout_EndsTheSessionsInScope(t *testing.T) {
	for scope, c := range map[application.LogoutScope]struct {
		why        domain.Reason
		count      int
		own, other bool
	}{
		application.LogoutLocal:  {domain.ReasonLogout, 1, true, false},
		application.LogoutOthers: {domain.ReasonLogoutOthers, 1, false, true},
		application.LogoutGlobal: {domain.ReasonLogoutGlobal, 2, true, true},
	} {
		t.Run(string(scope), func(t *testing.T) {
			p, u := newStage(t).withMaria()
			p.added("jose@example.com")
			strangers, err := p.login.Do(p.ctx(), "jose@example.com", domain.NewSecret(password), browser)
			p.ok(err)
			own, other := p.loggedIn(), p.loggedIn()
			p.audit.events = nil
			p.loggedOut(own, scope)
			p.only(domain.Event{
				Kind: domain.EventLoggedOut, At: noon, UserID: u.ID, SessionID: p.claims(own).SessionID,
				Reason: c.why, Client: browser, Count: c.count,
			})
			for token, ended := range map[string]bool{own: c.own, other: c.other, strangers.Token: false} {
				if ended {
					p.refused(token, domain.ErrSessionEnded)
					p.turnsAway(token, domain.ErrSessionEnded)
				} else {
					p.refreshed(token)
				}
			}
		})
	}
}

func TestLogout_TakesAnyUnexpiredTokenOfTheSession(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	third := p.refreshed(p.refreshed(first))
	p.clock.pass(time.Minute)
	p.loggedOut(first, application.LogoutLocal)
	p.refused(third, domain.ErrSessionEnded)
	if n := len(p.audit.of(domain.EventTokenReused)); n != 0 {
		t.Errorf("%d reuses were recorded, want none", n)
	}
}

func TestLogout_RefusesATokenThatIsNoGoodAnyMore(t *testing.T) {
	p, _ := newStage(t).withMaria()
	ended, expiring := p.loggedIn(), p.loggedIn()
	p.loggedOut(ended, application.LogoutLocal)
	p.audit.events = nil
	p.is(p.logout.Do(p.ctx(), ended, application.LogoutGlobal, browser), domain.ErrSessionEnded)
	p.is(p.logout.Do(p.ctx(), "no token", application.LogoutGlobal, browser), domain.ErrTokenInvalid)
	other := p.refreshed(expiring)
	p.clock.pass(p.policy.TokenLifetime - time.Second)
	other = p.refreshed(other)
	p.clock.pass(time.Second)
	p.is(p.logout.Do(p.ctx(), expiring, application.LogoutGlobal, browser), domain.ErrTokenExpired)
	p.only()
	p.refreshed(other)
}

func TestLogout_EndsUntrackedTokensToo(t *testing.T) {
	for scope, ended := range map[application.LogoutScope]bool{
		application.LogoutLocal: false, application.LogoutOthers: true, application.LogoutGlobal: true,
	} {
		t.Run(string(scope), func(t *testing.T) {
			p, _ := newStage(t).withMaria()
			own, waiting := p.untracked(maria), p.signed(domain.Claims{
				Subject: maria, ExpiresAt: noon.Add(p.policy.TokenLifetime - time.Minute).Truncate(time.Second),
			})
			p.loggedOut(own, scope)
			if ended {
				p.refused(waiting, domain.ErrTokenOutdated)
			} else {
				p.refreshed(waiting)
			}
			if scope == application.LogoutOthers {
				p.refreshed(own)
			} else {
				p.refused(own, domain.ErrSessionEnded)
			}
		})
	}
}

// lost hangs up while the revocation is on its way.
type lost struct {
	ports.SessionRegister
	hangUp func()
}

func (l lost) Revoke(ctx context.Context, id string, why domain.Reason, at time.Time) (bool, error) {
	l.hangUp()
	if err := ctx.Err(); err != nil {
		return false, errDown
	}
	return l.SessionRegister.Revoke(ctx, id, why, at)
}

func TestLogout_TakesPlaceThoughTheCallerHangsUp(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	token := s.open().loggedIn()
	ctx, hangUp := context.WithCancel(t.Context())
	s.register = lost{s.register, hangUp}
	s.ok(s.open().logout.Do(ctx, token, application.LogoutLocal, browser))
	s.open().refused(token, domain.ErrSessionEnded)
}

func TestLogout_AFailureIsTheAnswerAndNothingIsRecorded(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	token := s.open().loggedIn()
	s.register = downRegister{s.register}
	p := s.open()
	p.audit.events = nil
	for _, scope := range []application.LogoutScope{application.LogoutLocal, application.LogoutOthers, application.LogoutGlobal} {
		p.is(p.logout.Do(p.ctx(), token, scope, browser), domain.ErrUnavailable)
	}
	s.sessions = &outage{SessionStore: s.sessions, down: true}
	s.is(s.open().logout.Do(s.ctx(), token, application.LogoutLocal, browser), domain.ErrUnavailable)
	p.only()
}

func TestLogout_RacingARefreshLeavesNoLivingToken(t *testing.T) {
	for range 50 {
		p, _ := newStage(t).withMaria()
		token := p.loggedIn()
		var both sync.WaitGroup
		var next application.Grant
		both.Go(func() { next, _ = p.refresh.Do(p.ctx(), token, browser) })
		both.Go(func() { p.loggedOut(token, application.LogoutLocal) })
		both.Wait()
		p.turnsAway(token, domain.ErrSessionEnded)
		if next.Token != "" {
			p.turnsAway(next.Token, domain.ErrSessionEnded)
			p.refused(next.Token, domain.ErrSessionEnded)
		}
	}
}
