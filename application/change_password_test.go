package application_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

const nextPassword = "a better password"

func (p *program) changesPassword(raw, present, next string) error {
	return p.changePassword.Do(p.ctx(), raw, domain.NewSecret(present), domain.NewSecret(next), browser)
}

func TestChangePassword_KeepsTheSessionItCameFromAndEndsTheOthers(t *testing.T) {
	p, u := newStage(t).withMaria()
	own, other, waiting := p.loggedIn(), p.loggedIn(), p.untracked(maria)
	p.clock.pass(time.Second)
	p.audit.events = nil
	p.ok(p.changesPassword(own, password, nextPassword))
	p.only(domain.Event{
		Kind: domain.EventPasswordChanged, At: p.clock.read(), UserID: u.ID, SessionID: p.claims(own).SessionID,
		Client: browser, Count: 1,
	})
	p.noSecrets(password, nextPassword)
	p.refused(other, domain.ErrSessionEnded)
	p.refused(waiting, domain.ErrTokenOutdated)
	p.refreshed(own)
	if why := p.state(p.claims(other).SessionID).RevokedFor; why != domain.ReasonPasswordChanged {
		t.Errorf("the other session ended for %q", why)
	}
	_, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
	p.is(err, domain.ErrBadCredentials)
	_, err = p.login.Do(p.ctx(), maria, domain.NewSecret(nextPassword), browser)
	p.ok(err)
}

func TestChangePassword_SparesTheSessionOfAnUntrackedToken(t *testing.T) {
	p, _ := newStage(t).withMaria()
	own := p.untracked(maria)
	p.clock.pass(time.Second)
	p.ok(p.changesPassword(own, password, nextPassword))
	p.refreshed(own)
}

func TestChangePassword_NeedsThePresentPasswordAndSaysSoInTheLog(t *testing.T) {
	p, u := newStage(t).withMaria()
	own, other := p.loggedIn(), p.loggedIn()
	p.audit.events = nil
	for _, wrong := range []string{"", "a wrong password", strings.ToUpper(password), password + " "} {
		p.is(p.changesPassword(own, wrong, nextPassword), domain.ErrPasswordWrong)
	}
	refused := domain.Event{
		Kind: domain.EventPasswordRefused, At: noon, UserID: u.ID, SessionID: p.claims(own).SessionID,
		Reason: domain.ReasonWrongPassword, Client: browser,
	}
	p.only(refused, refused, refused, refused)
	p.refreshed(other)
	p.ok(p.changesPassword(own, password, nextPassword))
}

func TestChangePassword_RefusesAPasswordThatBreaksTheRulesWithoutHashing(t *testing.T) {
	p, _ := newStage(t).withMaria()
	own := p.loggedIn()
	p.passwords.counted()
	for next, want := range map[string]error{
		"short": domain.ErrPasswordLength, strings.ToUpper(maria): domain.ErrPasswordEmail, commonPassword: domain.ErrPasswordCommon,
	} {
		p.is(p.changesPassword(own, password, next), want)
	}
	if n := p.passwords.counted(); n != 0 {
		t.Errorf("it cost %d verifications, want none", n)
	}
}

func TestChangePassword_NeedsAGoodToken(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	p.refreshed(p.refreshed(first))
	p.passwords.counted()
	p.is(p.changesPassword(first, password, nextPassword), domain.ErrTokenReplaced)
	p.is(p.changesPassword("no token", password, nextPassword), domain.ErrTokenInvalid)
	if n := p.passwords.counted(); n != 0 {
		t.Errorf("it cost %d verifications, want none", n)
	}
}

func TestChangePassword_DoesNotUndoAResetThatCameBetween(t *testing.T) {
	p, u := newStage(t).withMaria()
	own := p.loggedIn()
	reset := p.passwords.hash("reset by the operator")
	p.passwords.verified = func() {
		p.passwords.verified = nil
		p.changed(u, domain.UserChange{PasswordHash: &reset})
	}
	p.is(p.changesPassword(own, password, nextPassword), domain.ErrSessionEnded)
	stored, err := p.users.Find(p.ctx(), u.ID)
	p.ok(err)
	if !stored.PasswordHash.Equal(reset) {
		t.Error("the reset was undone")
	}
	p.refused(own, domain.ErrSessionEnded)
}

func TestChangePassword_OfTwoAtOnceTheSecondFindsThePasswordChanged(t *testing.T) {
	p, u := newStage(t).withMaria()
	own := p.loggedIn()
	p.passwords.verified = func() {
		p.passwords.verified = nil
		p.ok(p.changesPassword(own, password, nextPassword))
	}
	p.is(p.changesPassword(own, password, "another password"), domain.ErrPasswordWrong)
	if n := len(p.audit.of(domain.EventPasswordChanged)); n != 1 {
		t.Errorf("%d changes were recorded for %s, want 1", n, u.ID)
	}
	p.refreshed(own)
}

func TestChangePassword_GivesUpOnAnAccountThatNeverStandsStill(t *testing.T) {
	p, u := newStage(t).withMaria()
	own := p.loggedIn()
	p.passwords.verified = func() {
		same := p.passwords.hash(password)
		p.changed(u, domain.UserChange{PasswordHash: &same, Spares: p.claims(own).SessionID})
	}
	p.is(p.changesPassword(own, password, nextPassword), domain.ErrUserChanged)
}

type noChange struct{ ports.UserRegister }

func (noChange) Change(context.Context, string, domain.UserChange) (int, error) { return 0, errDown }

type noFindByID struct{ ports.UserStore }

func (noFindByID) Find(context.Context, string) (domain.User, error) { return domain.User{}, errDown }

func TestChangePassword_AFailureIsNoRefusalAndIsNotRecordedAsDone(t *testing.T) {
	for name, breakIt := range map[string]func(*stage){
		"finding the user":      func(s *stage) { s.users = noFindByID{s.users} },
		"checking the password": func(s *stage) { s.passwords.verifyFault = errDown },
		"making the hash":       func(s *stage) { s.passwords.hashFault = errDown },
		"changing the user":     func(s *stage) { s.userRegister = noChange{s.userRegister} },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.added(maria)
			own := s.open().loggedIn()
			s.audit.events = nil
			breakIt(s)
			s.is(s.open().changesPassword(own, password, nextPassword), domain.ErrUnavailable)
			s.only()
		})
	}
}

func TestShowCaller_ShowsTheUserAsStoredNow(t *testing.T) {
	p, u := newStage(t).withMaria()
	token := p.loggedIn()
	moved := "maria@elsewhere.example"
	p.changed(u, domain.UserChange{Email: &moved})
	got, err := p.showCaller.Do(p.ctx(), token, browser)
	p.ok(err)
	if got.ID != u.ID || got.Email != moved || got.Name != u.Name {
		t.Errorf("the caller is %+v, want %+v at %s", got, u, moved)
	}
	_, err = p.showCaller.Do(p.ctx(), "no token", browser)
	p.is(err, domain.ErrTokenInvalid)
	p.users = noFindByID{p.users}
	_, err = p.open().showCaller.Do(p.ctx(), token, browser)
	p.is(err, domain.ErrUnavailable)
}
