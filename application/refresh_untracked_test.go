package application_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

func TestRefreshToken_TakesAnUntrackedTokenIntoASession(t *testing.T) {
	p, u := newStage(t).withMaria()
	raw := p.untracked(maria)
	p.clock.pass(5 * time.Minute)
	token := p.refreshed(raw)
	claims := p.claims(token)
	id, tokenID := domain.UntrackedKey(raw)
	if claims.Subject != maria || claims.UserID != u.ID || claims.SessionID != id || claims.ID.Generation() != 1 {
		t.Errorf("the token says %+v, want the first of session %s", claims, id)
	}
	state := p.state(id)
	if state.Replaced != tokenID || !state.CreatedAt.Equal(p.clock.read()) || state.Client != browser ||
		!state.EndsAt.Equal(p.clock.read().Add(720*time.Hour).Truncate(time.Second)) {
		t.Errorf("the session is %+v", state)
	}
	p.only(domain.Event{
		Kind: domain.EventUntrackedTakenIn, At: p.clock.read(), UserID: u.ID, SessionID: id, Client: browser,
	})
	p.replaced(token, p.refreshed(token))
}

func TestRefreshToken_AnUntrackedTokenFollowsTheRowsFromThenOn(t *testing.T) {
	p, _ := newStage(t).withMaria()
	raw := p.untracked(maria)
	token := p.refreshed(raw)
	p.clock.pass(10*time.Second - time.Microsecond)
	p.same(p.refreshed(raw), token)
	p.clock.pass(time.Microsecond)
	p.refused(raw, domain.ErrTokenReused)
	p.refused(token, domain.ErrSessionEnded)
	p.refused(raw, domain.ErrSessionEnded)
	if n := len(p.audit.of(domain.EventUntrackedTakenIn)); n != 1 {
		t.Errorf("the token was taken in %d times, want once", n)
	}
}

func TestRefreshToken_AnUntrackedTokenIsNotBroughtBackByARevocation(t *testing.T) {
	p, _ := newStage(t).withMaria()
	raw := p.untracked(maria)
	token := p.refreshed(raw)
	_, err := p.register.Revoke(p.ctx(), p.claims(token).SessionID, domain.ReasonOperator, p.clock.read())
	p.ok(err)
	p.refused(raw, domain.ErrSessionEnded)
	p.refused(token, domain.ErrSessionEnded)
}

func TestRefreshToken_UntrackedTokensFollowThePolicy(t *testing.T) {
	expiry := noon.Truncate(time.Second).Add(30 * time.Minute)
	for name, c := range map[string]struct {
		policy domain.UntrackedPolicy
		taken  bool
	}{
		"all":                   {domain.UntrackedPolicy{Accept: true}, true},
		"none":                  {domain.UntrackedPolicy{}, false},
		"until its expiry":      {domain.UntrackedPolicy{Accept: true, Until: expiry}, true},
		"until a second before": {domain.UntrackedPolicy{Accept: true, Until: expiry.Add(-time.Second)}, false},
		"none, though until":    {domain.UntrackedPolicy{Until: expiry.Add(time.Hour)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.policy.Untracked = c.policy
			s.added(maria)
			raw := s.untracked(maria)
			if c.taken {
				s.open().refreshed(raw)
				return
			}
			s.sessions, s.users = untouched{t: t}, unasked{t: t}
			s.open().refused(raw, domain.ErrUntrackedRefused)
			s.only()
		})
	}
}

func TestRefreshToken_UntrackedTokensNeedNoIssuerAndNoAudience(t *testing.T) {
	s := newStage(t)
	s.policy.Issuer, s.policy.Audience = "https://auth.example", "platform"
	p, _ := s.withMaria()
	p.refreshed(p.untracked(maria))
}

func TestRefreshToken_AnUntrackedTokenExpiresWithoutAskingTheStore(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	raw := s.untracked(maria)
	s.clock.turnTo(s.claims(raw).ExpiresAt)
	s.sessions, s.users = untouched{t: t}, unasked{t: t}
	s.open().refused(raw, domain.ErrTokenExpired)
}

func TestRefreshToken_AnUntrackedTokenForNobodyIsRefusedAndKeptFromTheStore(t *testing.T) {
	p := newStage(t).open()
	p.refused(p.untracked("nobody@example.com"), domain.ErrUserUnknown)
	s := newStage(t)
	s.users = unasked{s.users, t}
	s.open().refused(s.untracked(strings.Repeat("a", 300)+"@example.com"), domain.ErrUserUnknown)
}

func TestRefreshToken_AnUntrackedTokenKeepsToTheMaximumOfSessions(t *testing.T) {
	s := newStage(t)
	s.policy.MaxSessions = 1
	p, _ := s.withMaria()
	old := p.loggedIn()
	p.clock.pass(time.Second)
	p.refreshed(p.untracked(maria))
	p.refused(old, domain.ErrSessionEnded)
}

type noSessionFound struct{ ports.SessionStore }

func (noSessionFound) Find(context.Context, string) (domain.SessionState, error) {
	return domain.SessionState{}, errDown
}

type noTakeIn struct{ ports.SessionStore }

func (noTakeIn) TakeIn(context.Context, domain.Session, string, time.Time, int) error { return errDown }

func TestRefreshToken_AnUnavailableStoreRefusesNoUntrackedToken(t *testing.T) {
	for name, breakIt := range map[string]func(*stage){
		"finding the session":  func(s *stage) { s.sessions = noSessionFound{s.sessions} },
		"finding the user":     func(s *stage) { s.users = noFind{s.users} },
		"taking the token in":  func(s *stage) { s.sessions = noTakeIn{s.sessions} },
		"rotating the session": func(s *stage) { s.sessions = noRotate{s.sessions} },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.added(maria)
			sessions, users, raw := s.sessions, s.users, s.untracked(maria)
			breakIt(s)
			s.open().refused(raw, domain.ErrUnavailable)
			s.sessions, s.users = sessions, users
			s.open().refreshed(raw)
		})
	}
}

func TestRefreshToken_ManyAtOnceWithOneUntrackedTokenAllGetTheSame(t *testing.T) {
	p, _ := newStage(t).withMaria()
	raw := p.untracked(maria)
	p.refreshedAtOnce(raw, 50)
}
