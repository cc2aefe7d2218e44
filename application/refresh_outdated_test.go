package application_test

import (
	"errors"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestRefreshToken_UntrackedTokensOlderThanAChangeOfTheAccountAreOutdated(t *testing.T) {
	off, on, moved := false, true, "maria.silva@example.com"
	for name, c := range map[string]struct {
		change func(s *stage, u domain.User)
		// email is what the token says.
		email string
		want  error
	}{
		"password changed": {func(s *stage, u domain.User) {
			hash := s.passwords.hash("another password")
			s.changed(u, domain.UserChange{PasswordHash: &hash})
		}, maria, domain.ErrTokenOutdated},
		"disabled and enabled": {func(s *stage, u domain.User) {
			s.changed(u, domain.UserChange{Enabled: &off})
			s.changed(u, domain.UserChange{Enabled: &on})
		}, maria, domain.ErrTokenOutdated},
		"disabled": {func(s *stage, u domain.User) {
			s.changed(u, domain.UserChange{Enabled: &off})
		}, maria, domain.ErrUserChanged},
		"removed": {func(s *stage, u domain.User) {
			_, err := s.userRegister.Remove(s.ctx(), u.ID, s.clock.read())
			s.ok(err)
		}, maria, domain.ErrUserUnknown},
		"removed, and the address given to another": {func(s *stage, u domain.User) {
			_, err := s.userRegister.Remove(s.ctx(), u.ID, s.clock.read())
			s.ok(err)
			s.added(maria)
		}, maria, domain.ErrTokenOutdated},
		"address left": {func(s *stage, u domain.User) {
			s.changed(u, domain.UserChange{Email: &moved})
		}, maria, domain.ErrUserUnknown},
		"address left, and taken by another": {func(s *stage, u domain.User) {
			s.changed(u, domain.UserChange{Email: &moved})
			s.added(maria)
		}, maria, domain.ErrTokenOutdated},
		"address taken that another one had": {func(s *stage, u domain.User) {
			s.changed(u, domain.UserChange{Email: &moved})
		}, moved, domain.ErrTokenOutdated},
		"all sessions revoked": {func(s *stage, u domain.User) {
			_, _, err := s.register.RevokeAll(s.ctx(), domain.ReasonOperator, s.clock.read(), "", 100)
			s.ok(err)
		}, maria, domain.ErrTokenOutdated},
		"the user's sessions revoked": {func(s *stage, u domain.User) {
			_, err := s.register.RevokeUser(s.ctx(), u.ID, "", domain.ReasonOperator, s.clock.read())
			s.ok(err)
		}, maria, domain.ErrTokenOutdated},
	} {
		t.Run(name, func(t *testing.T) {
			p, u := newStage(t).withMaria()
			before := p.untracked(c.email)
			p.clock.pass(time.Minute)
			c.change(p.stage, u)
			p.refused(before, c.want)
			p.only()
			if errors.Is(c.want, domain.ErrTokenOutdated) {
				p.clock.pass(time.Second)
				p.refreshed(p.untracked(c.email))
			}
		})
	}
}

func TestRefreshToken_AnUntrackedTokenOfAnyAgeIsOutdatedByAnyChange(t *testing.T) {
	p, u := newStage(t).withMaria()
	long := p.signed(domain.Claims{Subject: maria, ExpiresAt: noon.Add(48 * time.Hour).Truncate(time.Second)})
	longer := p.signed(domain.Claims{Subject: maria, ExpiresAt: noon.Add(72 * time.Hour).Truncate(time.Second)})
	p.refreshed(long)
	hash := p.passwords.hash("another password")
	p.changed(u, domain.UserChange{PasswordHash: &hash})
	p.clock.pass(time.Hour)
	p.refused(longer, domain.ErrTokenOutdated)
}
