package application_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func (p *program) active(raw string) domain.Claims {
	p.t.Helper()
	claims, active, err := p.introspect.Do(p.ctx(), raw)
	p.ok(err)
	if !active {
		p.t.Fatal("the token is not active")
	}
	return claims
}

func (p *program) inactive(raw string) {
	p.t.Helper()
	claims, active, err := p.introspect.Do(p.ctx(), raw)
	p.ok(err)
	if active || !reflect.DeepEqual(claims, domain.Claims{}) {
		p.t.Fatalf("the token is active: %v, and says %+v; want neither", active, claims)
	}
}

func TestIntrospect_SaysWhatTheTokenSays(t *testing.T) {
	s := newStage(t)
	s.policy.Issuer, s.policy.Audience = "https://auth.example", "platform"
	s.added(maria)
	p := s.open()
	first := p.loggedIn()
	p.clock.pass(5 * time.Second)
	second := p.refreshed(first)
	for _, token := range []string{first, second} {
		if got, want := p.active(token), p.claims(token); !reflect.DeepEqual(got, want) {
			t.Errorf("introspection says\n%+v, the token says\n%+v", got, want)
		}
	}
	p.clock.pass(p.policy.RefreshGrace)
	p.inactive(first)
	p.refreshed(second)
}

func TestIntrospect_NamesTheAddressThatTheUserHasNow(t *testing.T) {
	p, u := newStage(t).withMaria()
	token := p.loggedIn()
	moved := "maria@elsewhere.example"
	p.changed(u, domain.UserChange{Email: &moved})
	if got := p.active(token).Subject; got != moved {
		t.Errorf("the subject is %q, want %q", got, moved)
	}
}

func TestIntrospect_CallsEverythingElseInactiveAndEndsNothing(t *testing.T) {
	p, u := newStage(t).withMaria()
	first := p.loggedIn()
	current := p.refreshed(p.refreshed(first))
	ended := p.loggedIn()
	_, err := p.register.Revoke(p.ctx(), p.claims(ended).SessionID, domain.ReasonOperator, noon)
	p.ok(err)
	p.audit.events = nil
	for _, token := range []string{"", "garbage", "a.b.c", first, ended, p.untracked("nobody@example.com"), p.orphan(current, 1)} {
		p.inactive(token)
	}
	p.only()
	p.active(current)
	off := false
	p.changed(u, domain.UserChange{Enabled: &off})
	p.inactive(current)
	p.clock.pass(p.policy.TokenLifetime)
	p.inactive(current)
}

func TestIntrospect_TakesAnUntrackedTokenIn(t *testing.T) {
	p, u := newStage(t).withMaria()
	token := p.untracked(maria)
	got := p.active(token)
	if got.Subject != maria || got.UserID != u.ID || got.SessionID == "" || !got.IssuedAt.IsZero() ||
		!got.ExpiresAt.Equal(p.claims(token).ExpiresAt) {
		t.Errorf("introspection says %+v", got)
	}
	if client := p.state(got.SessionID).Client; client != (domain.Client{}) {
		t.Errorf("the session's client is %+v, want none: the request is the resource server's", client)
	}
}

func TestIntrospect_AStoreThatDoesNotAnswerSaysNothing(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	token := s.open().loggedIn()
	s.sessions = &outage{SessionStore: s.sessions, down: true}
	_, active, err := s.open().introspect.Do(s.ctx(), token)
	s.is(err, domain.ErrUnavailable)
	if active {
		t.Error("the token is active although nobody knows")
	}
}
