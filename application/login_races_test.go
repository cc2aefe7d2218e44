package application_test

import (
	"context"
	"sync"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// outdated gives the user a hash of the older form.
func (s *stage) outdated(u domain.User) domain.Secret {
	s.t.Helper()
	old := digest(oldForm, "salt", password)
	s.changed(u, domain.UserChange{PasswordHash: &old})
	return old
}

func (s *stage) hashOf(email string) string {
	s.t.Helper()
	u, err := s.users.FindByEmail(s.ctx(), email)
	s.ok(err)
	return u.PasswordHash.Reveal()
}

func TestLogin_BringsAnOutdatedHashUpToDateOnce(t *testing.T) {
	p, u := newStage(t).withMaria()
	old := p.outdated(u).Reveal()
	before := p.loggedIn()
	renewed := p.hashOf(maria)
	if renewed == old {
		t.Fatal("the outdated hash is still there")
	}
	rehashed := p.audit.of(domain.EventPasswordRehashed)
	if len(rehashed) != 1 || rehashed[0].UserID != u.ID {
		t.Errorf("recorded were %+v, want one re-hash of the user", rehashed)
	}
	p.loggedIn()
	if again := p.hashOf(maria); again != renewed {
		t.Error("a hash of the present form was replaced")
	}
	p.refreshed(before)
	p.noSecrets(old, renewed, password)
}

func TestLogin_DoesNotFailBecauseNoNewHashCanBeMade(t *testing.T) {
	p, u := newStage(t).withMaria()
	old := p.outdated(u).Reveal()
	p.passwords.hashFault = domain.ErrBusy
	p.loggedIn()
	if p.hashOf(maria) != old {
		t.Error("the hash changed although none could be made")
	}
}

// overtaken lets somebody else act just before the first re-hash is stored.
type overtaken struct {
	ports.UserStore
	once *sync.Once
	by   func()
}

func (o overtaken) Rehash(ctx context.Context, id string, old, hash domain.Secret) (bool, error) {
	o.once.Do(o.by)
	return o.UserStore.Rehash(ctx, id, old, hash)
}

func TestLogin_LogsInThoughAnotherLoginRehashedFirst(t *testing.T) {
	s := newStage(t)
	u := s.added(maria)
	old := s.outdated(u)
	real, other := s.users, s.passwords.hash(password)
	s.users = overtaken{real, &sync.Once{}, func() {
		swapped, err := real.Rehash(s.ctx(), u.ID, old, other)
		if err != nil || !swapped {
			t.Errorf("the other login did not re-hash: %v %v", swapped, err)
		}
	}}
	s.open().loggedIn()
	if got := s.hashOf(maria); got != other.Reveal() {
		t.Error("the second re-hash wrote over the first")
	}
	if n := len(s.audit.of(domain.EventPasswordRehashed)); n != 0 {
		t.Errorf("%d re-hashes were recorded, and none was kept", n)
	}
}

func TestLogin_IsRefusedIfThePasswordChangesBeforeTheRehash(t *testing.T) {
	s := newStage(t)
	u := s.added(maria)
	s.outdated(u)
	changed := s.passwords.hash("another password")
	s.users = overtaken{s.users, &sync.Once{}, func() { s.changed(u, domain.UserChange{PasswordHash: &changed}) }}
	_, err := s.open().login.Do(s.ctx(), maria, domain.NewSecret(password), browser)
	s.is(err, domain.ErrBadCredentials)
	if s.hashOf(maria) != changed.Reveal() {
		t.Error("the re-hash undid a change of password")
	}
}

func TestLogin_ManyAtOnceWithAnOutdatedHashAllLogIn(t *testing.T) {
	p, u := newStage(t).withMaria()
	p.outdated(u)
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			if _, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser); err != nil {
				t.Errorf("a login failed: %v", err)
			}
		})
	}
	all.Wait()
	if n := len(p.audit.of(domain.EventPasswordRehashed)); n != 1 {
		t.Errorf("%d re-hashes were recorded, want 1", n)
	}
}

func TestLogin_IsRefusedIfTheUserChangesAfterTheVerification(t *testing.T) {
	off := false
	for name, c := range map[string]struct {
		change func(s *stage, u domain.User)
		why    domain.Reason
	}{
		"another password": {func(s *stage, u domain.User) {
			hash := s.passwords.hash("another password")
			s.changed(u, domain.UserChange{PasswordHash: &hash})
		}, domain.ReasonWrongPassword},
		"disabled": {func(s *stage, u domain.User) {
			s.changed(u, domain.UserChange{Enabled: &off})
		}, domain.ReasonUserDisabled},
		"removed": {func(s *stage, u domain.User) {
			_, err := s.userRegister.Remove(s.ctx(), u.ID, s.clock.read())
			s.ok(err)
		}, domain.ReasonUserUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			p, u := newStage(t).withMaria()
			var once sync.Once
			p.passwords.verified = func() { once.Do(func() { c.change(p.stage, u) }) }
			grant, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
			p.is(err, domain.ErrBadCredentials)
			e := p.audit.all()
			if grant.Token != "" || len(e) != 1 || e[0].Kind != domain.EventLoginRefused || e[0].Reason != c.why {
				t.Errorf("recorded were %+v, want one refusal as %s", e, c.why)
			}
			if live, err := p.register.List(p.ctx(), u.ID, noon); err != nil || len(live) != 0 {
				t.Errorf("the user has the sessions %+v (%v), want none", live, err)
			}
		})
	}
}

func TestLogin_GivesUpOnAnAccountThatNeverStandsStill(t *testing.T) {
	p, u := newStage(t).withMaria()
	p.passwords.verified = func() {
		same := p.passwords.hash(password)
		p.changed(u, domain.UserChange{PasswordHash: &same})
	}
	_, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
	p.is(err, domain.ErrBadCredentials)
	if n := p.passwords.counted(); n != 3 {
		t.Errorf("it cost %d verifications, want 3", n)
	}
	p.only(domain.Event{Kind: domain.EventLoginRefused, At: noon, UserID: u.ID, Reason: domain.ReasonUserChanged, Client: browser})
}
