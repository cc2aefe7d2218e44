package application_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// errDown is how an adapter says that its storage is away.
var errDown = fmt.Errorf("connection refused: %w", domain.ErrUnavailable)

type noFind struct{ ports.UserStore }

func (noFind) FindByEmail(context.Context, string) (domain.User, error) {
	return domain.User{}, errDown
}

type noRehash struct{ ports.UserStore }

func (noRehash) Rehash(context.Context, string, domain.Secret, domain.Secret) (bool, error) {
	return false, errDown
}

type noBegin struct{ ports.SessionStore }

func (noBegin) Begin(context.Context, domain.Session, domain.Secret, int) (domain.SessionState, error) {
	return domain.SessionState{}, errDown
}

func TestLogin_AnUnavailableStoreRefusesNobody(t *testing.T) {
	for name, breakIt := range map[string]func(*stage){
		"finding the user":      func(s *stage) { s.users = noFind{s.users} },
		"beginning the session": func(s *stage) { s.sessions = noBegin{s.sessions} },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.outdated(s.added(maria))
			breakIt(s)
			grant, err := s.open().login.Do(s.ctx(), maria, domain.NewSecret(password), browser)
			s.is(err, domain.ErrUnavailable)
			if grant.Token != "" || len(s.audit.of(domain.EventLoginRefused)) != 0 || len(s.audit.of(domain.EventLoginSucceeded)) != 0 {
				t.Errorf("it gave %q and recorded %+v", grant.Token, s.audit.all())
			}
		})
	}
}

func TestLogin_DoesNotFailBecauseABetterHashCannotBeKept(t *testing.T) {
	s := newStage(t)
	s.outdated(s.added(maria))
	s.users = noRehash{s.users}
	if _, err := s.open().login.Do(s.ctx(), maria, domain.NewSecret(password), browser); err != nil {
		t.Errorf("the login failed: %v", err)
	}
}

func TestLogin_ABusyHasherRefusesNobody(t *testing.T) {
	p, _ := newStage(t).withMaria()
	p.passwords.verifyFault = domain.ErrBusy
	for _, email := range []string{maria, "nobody@example.com"} {
		_, err := p.login.Do(p.ctx(), email, domain.NewSecret(password), browser)
		p.is(err, domain.ErrBusy)
	}
	p.only()
}

func TestLogin_EndsWithACallerWhoHangsUpInTheQueue(t *testing.T) {
	p, _ := newStage(t).withMaria()
	ctx, hangUp := context.WithCancel(p.ctx())
	hangUp()
	_, err := p.login.Do(ctx, maria, domain.NewSecret(password), browser)
	p.is(err, context.Canceled)
	p.only()
}

// uncut fails the test when a session is begun or rotated under a context that has ended.
type uncut struct {
	ports.SessionStore
	t *testing.T
}

func (u uncut) Begin(ctx context.Context, s domain.Session, verified domain.Secret, limit int) (domain.SessionState, error) {
	if ctx.Err() != nil {
		u.t.Error("a session is begun under a context that has ended")
	}
	return u.SessionStore.Begin(ctx, s, verified, limit)
}

func TestLogin_BeginsTheSessionWholeThoughTheCallerHangsUp(t *testing.T) {
	s := newStage(t)
	s.sessions = uncut{s.sessions, t}
	p, _ := s.withMaria()
	ctx, hangUp := context.WithCancel(p.ctx())
	p.passwords.verified = hangUp
	_, err := p.login.Do(ctx, maria, domain.NewSecret(password), browser)
	p.ok(err)
}

// mute cannot sign.
type mute struct{ ports.TokenSigner }

var errMute = errors.New("no key")

func (mute) Sign(domain.Claims) (string, error) { return "", errMute }

func TestLogin_AKeyThatCannotSignIsAFaultAndNoRefusal(t *testing.T) {
	s := newStage(t)
	s.tokens = mute{s.tokens}
	p, _ := s.withMaria()
	_, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
	p.is(err, errMute)
}
