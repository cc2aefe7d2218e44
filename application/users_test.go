package application_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

func TestAddUser_AddsAnEnabledUserWhoCanLogIn(t *testing.T) {
	p := newStage(t).open()
	u, err := p.addUser.Do(p.ctx(), maria, "Maria", true, domain.NewSecret(password))
	p.ok(err)
	stored, err := p.users.FindByEmail(p.ctx(), maria)
	p.ok(err)
	if !u.PasswordHash.Equal(stored.PasswordHash) {
		t.Error("the hash that was returned is not the one that was stored")
	}
	u.PasswordHash, stored.PasswordHash = domain.Secret{}, domain.Secret{}
	want := domain.User{ID: u.ID, Email: maria, Name: "Maria", Admin: true, Enabled: true, CreatedAt: noon}
	if u != want || stored != want || u.ID == "" {
		t.Errorf("returned was\n%+v, stored\n%+v, want\n%+v", u, stored, want)
	}
	p.only(domain.Event{Kind: domain.EventUserAdded, At: noon, UserID: u.ID})
	p.loggedIn()
	p.noSecrets(password, maria, "Maria")
}

func TestAddUser_RefusesWhatCannotBeAUser(t *testing.T) {
	for name, c := range map[string]struct {
		email, name, password string
		want                  error
	}{
		"no address":           {"", "Maria", password, domain.ErrEmailInvalid},
		"no @":                 {"maria", "Maria", password, domain.ErrEmailInvalid},
		"NUL in the address":   {"a\x00@b", "Maria", password, domain.ErrEmailInvalid},
		"space in the address": {"a b@c", "Maria", password, domain.ErrEmailInvalid},
		"long address":         {strings.Repeat("a", 250) + "@b.com", "Maria", password, domain.ErrEmailInvalid},
		"line in the name":     {"a@b", "Maria\nSilva", password, domain.ErrNameInvalid},
		"long name":            {"a@b", strings.Repeat("é", 256), password, domain.ErrNameInvalid},
		"short password":       {"a@b", "Maria", "1234567", domain.ErrPasswordLength},
		"long password":        {"a@b", "Maria", strings.Repeat("a", 257), domain.ErrPasswordLength},
		"password not UTF-8":   {"a@b", "Maria", "12345678\xff", domain.ErrPasswordLength},
		"common password":      {"a@b", "Maria", commonPassword, domain.ErrPasswordCommon},
		"address as password":  {"ana@example.com", "Ana", "Ana@Example.com", domain.ErrPasswordEmail},
		"address taken":        {maria, "Maria", password, domain.ErrEmailTaken},
		"address in capitals":  {strings.ToUpper(maria), "Maria", password, domain.ErrEmailTaken},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := newStage(t).withMaria()
			u, err := p.addUser.Do(p.ctx(), c.email, c.name, false, domain.NewSecret(c.password))
			p.is(err, c.want)
			if u.ID != "" || len(p.audit.all()) != 0 {
				t.Errorf("it returned %+v and recorded %+v", u, p.audit.all())
			}
		})
	}
}

func TestAddUser_PassesOnThatTheHasherIsBusy(t *testing.T) {
	p := newStage(t).open()
	p.passwords.hashFault = domain.ErrBusy
	_, err := p.addUser.Do(p.ctx(), maria, "Maria", false, domain.NewSecret(password))
	p.is(err, domain.ErrBusy)
}

// listed returns the addresses that ListUsers hands over.
func (p *program) listed() []string {
	p.t.Helper()
	var emails []string
	p.ok(p.listUsers.Do(p.ctx(), func(u domain.User) error {
		emails = append(emails, u.Email)
		return nil
	}))
	return emails
}

func TestListUsers_HandsOverEveryUserInTheOrderOfAddresses(t *testing.T) {
	for _, n := range []int{0, 1, 500, 501} {
		s := newStage(t)
		var want []string
		for i := range n {
			want = append(want, fmt.Sprintf("user-%05d@example.com", i))
		}
		for _, i := range slices.Backward(want) {
			s.added(i)
		}
		if got := s.open().listed(); !slices.Equal(got, want) {
			t.Errorf("of %d users %d were listed, or in another order", n, len(got))
		}
	}
}

func TestListUsers_StopsWhenItIsTold(t *testing.T) {
	s := newStage(t)
	s.added("a@example.com")
	s.added("b@example.com")
	enough, calls := errors.New("enough"), 0
	err := s.open().listUsers.Do(s.ctx(), func(domain.User) error {
		calls++
		return enough
	})
	if s.is(err, enough); calls != 1 {
		t.Errorf("%d users were handed over, want 1", calls)
	}
}

func TestShowUser_FindsAUserOrSaysThereIsNone(t *testing.T) {
	p, u := newStage(t).withMaria()
	got, err := p.showUser.Do(p.ctx(), strings.ToUpper(maria))
	p.ok(err)
	if got.ID != u.ID {
		t.Errorf("shown was %+v, want maria", got)
	}
	for _, email := range []string{"nobody@example.com", "", maria + "\x00", "\xff", strings.Repeat("a", 256)} {
		_, err := p.showUser.Do(p.ctx(), email)
		p.is(err, domain.ErrUserUnknown)
	}
}

type noUserRegister struct{ ports.UserRegister }

func (noUserRegister) Add(context.Context, domain.User) error { return errDown }

func (noUserRegister) List(context.Context, string, int) ([]domain.User, error) { return nil, errDown }

func (noUserRegister) Change(context.Context, string, domain.UserChange) (int, error) {
	return 0, errDown
}

func TestUserCommands_AnUnavailableStoreIsSaidToBeOneAndNothingIsRecorded(t *testing.T) {
	s := newStage(t)
	s.userRegister = noUserRegister{s.userRegister}
	p := s.open()
	_, err := p.addUser.Do(p.ctx(), maria, "Maria", false, domain.NewSecret(password))
	p.is(err, domain.ErrUnavailable)
	p.is(p.listUsers.Do(p.ctx(), func(domain.User) error { return nil }), domain.ErrUnavailable)
	s.users = noFind{s.users}
	_, err = s.open().showUser.Do(p.ctx(), maria)
	p.is(err, domain.ErrUnavailable)
	p.only()
}
