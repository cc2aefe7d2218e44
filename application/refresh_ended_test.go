package application_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestRefreshToken_AnEndedSessionIsRefusedAndStaysAsItIs(t *testing.T) {
	off := false
	for name, end := range map[string]func(p *program, u domain.User, sessionID string) error{
		"revoked": func(p *program, _ domain.User, id string) error {
			_, err := p.register.Revoke(p.ctx(), id, domain.ReasonOperator, p.clock.read())
			return err
		},
		"user disabled": func(p *program, u domain.User, _ string) error {
			_, err := p.userRegister.Change(p.ctx(), u.ID, domain.UserChange{Enabled: &off, At: p.clock.read()})
			return err
		},
		"user removed": func(p *program, u domain.User, _ string) error {
			_, err := p.userRegister.Remove(p.ctx(), u.ID, p.clock.read())
			return err
		},
		"password changed": func(p *program, u domain.User, _ string) error {
			hash := p.passwords.hash("another password")
			_, err := p.userRegister.Change(p.ctx(), u.ID, domain.UserChange{PasswordHash: &hash, At: p.clock.read()})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, u := newStage(t).withMaria()
			first := p.loggedIn()
			second := p.refreshed(first)
			id := p.claims(first).SessionID
			p.ok(end(p, u, id))
			standing := p.state(id)
			p.clock.pass(time.Minute)
			for _, token := range []string{second, first} {
				p.refused(token, domain.ErrSessionEnded)
			}
			if got := p.state(id); got != standing {
				t.Errorf("the session is now\n%+v, want\n%+v", got, standing)
			}
			if reused := p.audit.of(domain.EventTokenReused); len(reused) != 0 {
				t.Errorf("an ended session recorded the reuse %+v", reused)
			}
		})
	}
}

func TestRefreshToken_OneSessionDoesNotDisturbAnother(t *testing.T) {
	p, _ := newStage(t).withMaria()
	mine, theirs := p.loggedIn(), p.loggedIn()
	stolen := mine
	mine = p.refreshed(mine)
	p.clock.pass(time.Minute)
	p.refused(stolen, domain.ErrTokenReused)
	p.refused(mine, domain.ErrSessionEnded)
	p.refreshed(theirs)
}

func TestRefreshToken_ASessionThatIsGoneIsUnknown(t *testing.T) {
	p, u := newStage(t).withMaria()
	gone := p.signed(domain.Claims{
		Subject: maria, UserID: u.ID, SessionID: "gone", ID: domain.NewTokenID(1, "AAAAAAAAAAAAAAAAAAAAAA"),
		ExpiresAt: noon.Add(time.Minute),
	})
	p.refused(gone, domain.ErrSessionUnknown)
}
