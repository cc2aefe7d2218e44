package application_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

func edits() (moved string, newPassword domain.Secret, on, off bool) {
	return "maria.silva@example.com", domain.NewSecret("another password"), true, false
}

func TestChangeUser_EndsSessionsAndRecordsWhatItDid(t *testing.T) {
	moved, secret, on, off := edits()
	for name, c := range map[string]struct {
		edit  application.UserEdit
		kind  domain.EventKind
		ended int
	}{
		"new password": {application.UserEdit{Password: &secret}, domain.EventPasswordChanged, 2},
		"disabled":     {application.UserEdit{Enabled: &off}, domain.EventUserDisabled, 2},
		"enabled":      {application.UserEdit{Enabled: &on}, domain.EventUserEnabled, 0},
		"new address":  {application.UserEdit{Email: &moved}, domain.EventEmailChanged, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p, u := newStage(t).withMaria()
			tokens := []string{p.loggedIn(), p.loggedIn()}
			p.clock.pass(time.Minute)
			p.audit.events = nil
			ended, err := p.changeUser.Do(p.ctx(), maria, c.edit)
			if p.ok(err); ended != c.ended {
				t.Errorf("%d sessions ended, want %d", ended, c.ended)
			}
			p.only(domain.Event{Kind: c.kind, At: p.clock.read(), UserID: u.ID, Count: c.ended})
			p.noSecrets(secret.Reveal(), maria, moved)
			for _, token := range tokens {
				if c.ended > 0 {
					p.refused(token, domain.ErrSessionEnded)
				} else {
					p.refreshed(token)
				}
			}
		})
	}
}

func TestChangeUser_TheNewPasswordLogsInAndTheOldOneDoesNot(t *testing.T) {
	p, _ := newStage(t).withMaria()
	_, secret, _, _ := edits()
	_, err := p.changeUser.Do(p.ctx(), maria, application.UserEdit{Password: &secret})
	p.ok(err)
	_, err = p.login.Do(p.ctx(), maria, secret, browser)
	p.ok(err)
	_, err = p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
	p.is(err, domain.ErrBadCredentials)
}

func TestChangeUser_ADisabledUserLogsInAgainOnceEnabled(t *testing.T) {
	p, _ := newStage(t).withMaria()
	_, _, on, off := edits()
	before := p.loggedIn()
	_, err := p.changeUser.Do(p.ctx(), maria, application.UserEdit{Enabled: &off})
	p.ok(err)
	_, err = p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
	p.is(err, domain.ErrBadCredentials)
	_, err = p.changeUser.Do(p.ctx(), maria, application.UserEdit{Enabled: &on})
	p.ok(err)
	p.loggedIn()
	p.refused(before, domain.ErrSessionEnded)
}

func TestChangeUser_TheNewAddressLogsInAndMayDifferInLetterCaseAlone(t *testing.T) {
	p, u := newStage(t).withMaria()
	shouted := strings.ToUpper(maria)
	_, err := p.changeUser.Do(p.ctx(), maria, application.UserEdit{Email: &shouted})
	p.ok(err)
	if claims := p.claims(p.loggedIn()); claims.Subject != shouted || claims.UserID != u.ID {
		t.Errorf("the token says %+v, want sub %s", claims, shouted)
	}
}

func TestChangeUser_RefusesWhatCannotBeAndChangesNothing(t *testing.T) {
	bad, taken, short := "no address", "JOSE@example.com", domain.NewSecret("short")
	common, address := domain.NewSecret(commonPassword), domain.NewSecret("Maria@Example.com")
	moved, _, _, _ := edits()
	for name, c := range map[string]struct {
		email string
		edit  application.UserEdit
		want  error
	}{
		"bad address":         {maria, application.UserEdit{Email: &bad}, domain.ErrEmailInvalid},
		"taken address":       {maria, application.UserEdit{Email: &taken}, domain.ErrEmailTaken},
		"short password":      {maria, application.UserEdit{Password: &short}, domain.ErrPasswordLength},
		"common password":     {maria, application.UserEdit{Password: &common}, domain.ErrPasswordCommon},
		"address as password": {"MARIA@example.com", application.UserEdit{Password: &address}, domain.ErrPasswordEmail},
		"unknown user":        {"nobody@example.com", application.UserEdit{Email: &moved}, domain.ErrUserUnknown},
		"password of nobody":  {"nobody@example.com", application.UserEdit{Password: &short}, domain.ErrUserUnknown},
		"no text":             {"\xff\x00", application.UserEdit{Email: &moved}, domain.ErrUserUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := newStage(t).withMaria()
			p.added("jose@example.com")
			_, err := p.changeUser.Do(p.ctx(), c.email, c.edit)
			p.is(err, c.want)
			p.only()
			p.loggedIn()
		})
	}
}

func TestChangeUser_AFaultIsNoRefusalAndIsNotRecorded(t *testing.T) {
	_, secret, _, off := edits()
	s := newStage(t)
	s.added(maria)
	s.userRegister = noUserRegister{s.userRegister}
	p := s.open()
	_, err := p.changeUser.Do(p.ctx(), maria, application.UserEdit{Enabled: &off})
	p.is(err, domain.ErrUnavailable)
	p.passwords.hashFault = domain.ErrBusy
	_, err = p.changeUser.Do(p.ctx(), maria, application.UserEdit{Password: &secret})
	p.is(err, domain.ErrBusy)
	p.only()
}

func (noUserRegister) Remove(context.Context, string, time.Time) (int, error) { return 0, errDown }

func TestRemoveUser_EndsEverySessionAndForgetsTheUser(t *testing.T) {
	p, u := newStage(t).withMaria()
	tokens := []string{p.loggedIn(), p.loggedIn()}
	p.clock.pass(time.Minute)
	p.audit.events = nil
	ended, err := p.removeUser.Do(p.ctx(), maria)
	if p.ok(err); ended != 2 {
		t.Errorf("%d sessions ended, want 2", ended)
	}
	p.only(domain.Event{Kind: domain.EventUserRemoved, At: p.clock.read(), UserID: u.ID, Count: 2})
	for _, token := range tokens {
		p.refused(token, domain.ErrSessionEnded)
	}
	_, err = p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
	p.is(err, domain.ErrBadCredentials)
	_, err = p.removeUser.Do(p.ctx(), maria)
	p.is(err, domain.ErrUserUnknown)
}

func TestRemoveUser_WhoeverGetsTheAddressNextGetsNoneOfTheSessions(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.loggedIn()
	_, err := p.removeUser.Do(p.ctx(), maria)
	p.ok(err)
	p.added(maria)
	p.refused(token, domain.ErrSessionEnded)
	sessions, err := p.listSessions.Do(p.ctx(), maria)
	if p.ok(err); len(sessions) != 0 {
		t.Errorf("the new user has the sessions %+v", sessions)
	}
}

func TestRemoveUser_AFaultIsNoRefusalAndIsNotRecorded(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	s.userRegister = noUserRegister{s.userRegister}
	_, err := s.open().removeUser.Do(s.ctx(), maria)
	s.is(err, domain.ErrUnavailable)
	s.only()
}
