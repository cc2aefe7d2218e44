package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestRevokeToken_AClientEndsTheSessionOfAnyUnexpiredToken(t *testing.T) {
	for name, pick := range map[string]func(p *program, chain []string) string{
		"the current one":  func(_ *program, chain []string) string { return chain[2] },
		"an older one":     func(_ *program, chain []string) string { return chain[0] },
		"one never issued": func(p *program, chain []string) string { return p.orphan(chain[2], 3) },
	} {
		t.Run(name, func(t *testing.T) {
			p, u := newStage(t).withMaria()
			first, other := p.loggedIn(), p.loggedIn()
			second := p.refreshed(first)
			chain := []string{first, second, p.refreshed(second)}
			p.clock.pass(time.Minute)
			p.audit.events = nil
			for range 2 {
				// Revoked again it is as dead as before (RFC 7009 §2.2).
				p.ok(p.revokeToken.Do(p.ctx(), pick(p, chain), "", browser))
			}
			p.only(domain.Event{
				Kind: domain.EventSessionRevoked, At: p.clock.read(), UserID: u.ID, SessionID: p.claims(first).SessionID,
				Reason: domain.ReasonToken, Client: browser,
			})
			p.refused(chain[2], domain.ErrSessionEnded)
			p.refreshed(other)
		})
	}
}

func TestRevokeToken_ABearerEndsItsOwnSessionAndNoOther(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first, other := p.loggedIn(), p.loggedIn()
	second := p.refreshed(first)
	p.ok(p.revokeToken.Do(p.ctx(), other, second, browser))
	p.ok(p.revokeToken.Do(p.ctx(), "garbage", second, browser))
	other = p.refreshed(other)
	second = p.refreshed(second)
	p.ok(p.revokeToken.Do(p.ctx(), first, second, browser))
	p.refused(second, domain.ErrSessionEnded)
	p.refreshed(other)
	p.is(p.revokeToken.Do(p.ctx(), other, "garbage", browser), domain.ErrTokenInvalid)
}

func TestRevokeToken_LeavesAloneWhatIsNoToken(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.loggedIn()
	elsewhere := p.claims(token)
	elsewhere.SessionID = "unknown"
	p.audit.events = nil
	for _, raw := range []string{"", "garbage", p.untracked("nobody@example.com"), p.signed(elsewhere)} {
		p.ok(p.revokeToken.Do(p.ctx(), raw, "", browser))
	}
	later := p.refreshed(token)
	p.clock.pass(p.policy.TokenLifetime - time.Second)
	later = p.refreshed(later)
	p.clock.pass(time.Second)
	p.ok(p.revokeToken.Do(p.ctx(), token, "", browser))
	p.only()
	p.refreshed(later)
}

func TestRevokeToken_KillsAnUntrackedTokenThatWasNeverPresented(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.untracked(maria)
	p.ok(p.revokeToken.Do(p.ctx(), token, token, browser))
	p.refused(token, domain.ErrSessionEnded)
}

func TestRevokeToken_AFailureIsTheAnswerAndAHungUpCallerIsNone(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	token := s.open().loggedIn()
	register := s.register
	s.register = downRegister{register}
	s.is(s.open().revokeToken.Do(s.ctx(), token, "", browser), domain.ErrUnavailable)
	ctx, hangUp := context.WithCancel(t.Context())
	s.register = lost{register, hangUp}
	s.ok(s.open().revokeToken.Do(ctx, token, "", browser))
	s.open().refused(token, domain.ErrSessionEnded)
	sessions := s.sessions
	s.sessions = &outage{SessionStore: sessions, down: true}
	s.is(s.open().revokeToken.Do(s.ctx(), s.untracked(maria), "", browser), domain.ErrUnavailable)
}
