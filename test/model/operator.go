package model

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// add adds a user, or sees that the address is taken.
func (p *player) add(t *rapid.T, email string) {
	t.Helper()
	password := fmt.Sprintf("the password number %d", len(p.accounts))
	u, err := p.addUser.Do(p.ctx, email, "Name", false, domain.NewSecret(password))
	if p.named(email) != nil {
		is(t, err, domain.ErrEmailTaken)
		return
	}
	is(t, err, nil)
	p.accounts = append(p.accounts, &account{id: u.ID, email: email, password: password, enabled: true})
}

func (p *player) changeUser(t *rapid.T) {
	email := rapid.SampledFrom(p.emails).Draw(t, "email")
	what := rapid.SampledFrom([]string{
		"add", "add again", "remove", "disable", "enable", "enable again", "password", "address", "address again", "revoke",
	}).Draw(t, "change")
	owner := p.named(email)
	if what == "add" || what == "add again" {
		p.add(t, email)
		return
	}
	if owner == nil {
		p.toNobody(t, email)
		return
	}
	switch what {
	case "remove":
		p.remove(t, owner)
	case "disable":
		p.enable(t, owner, false)
	case "enable", "enable again":
		p.enable(t, owner, true)
	case "password":
		p.newPassword(t, owner)
	case "address", "address again":
		p.move(t, owner)
	case "revoke":
		p.revokeUser(t, owner)
	}
}

func (p *player) toNobody(t *rapid.T, email string) {
	t.Helper()
	off := false
	_, err := p.changes.Do(p.ctx, email, application.UserEdit{Enabled: &off})
	is(t, err, domain.ErrUserUnknown)
	_, err = p.removeUser.Do(p.ctx, email)
	is(t, err, domain.ErrUserUnknown)
}

// ends compares how many live sessions a change ended, and ends all of the user's in the model.
func (p *player) ends(t *rapid.T, owner *account, n int, err error) {
	t.Helper()
	is(t, err, nil)
	if want := p.revokeAll(owner, p.clock.now); n != want {
		t.Fatalf("%d live sessions ended, want %d", n, want)
	}
}

func (p *player) remove(t *rapid.T, owner *account) {
	n, err := p.removeUser.Do(p.ctx, owner.email)
	p.ends(t, owner, n, err)
	owner.gone = true
	p.cutAddress(owner.email, p.clock.now)
}

func (p *player) enable(t *rapid.T, owner *account, enabled bool) {
	n, err := p.changes.Do(p.ctx, owner.email, application.UserEdit{Enabled: &enabled})
	owner.enabled = enabled
	if enabled {
		p.endsNone(t, n, err)
		return
	}
	p.ends(t, owner, n, err)
	owner.cut = later(owner.cut, p.clock.now)
}

func (p *player) endsNone(t *rapid.T, n int, err error) {
	t.Helper()
	if is(t, err, nil); n != 0 {
		t.Fatalf("%d live sessions ended, want none", n)
	}
}

func (p *player) newPassword(t *rapid.T, owner *account) {
	owner.password += "!"
	secret := domain.NewSecret(owner.password)
	n, err := p.changes.Do(p.ctx, owner.email, application.UserEdit{Password: &secret})
	p.ends(t, owner, n, err)
	owner.cut = later(owner.cut, p.clock.now)
}

func (p *player) move(t *rapid.T, owner *account) {
	to := rapid.SampledFrom(p.emails).Draw(t, "new email")
	n, err := p.changes.Do(p.ctx, owner.email, application.UserEdit{Email: &to})
	if other := p.named(to); other != nil && other != owner {
		is(t, err, domain.ErrEmailTaken)
		return
	}
	p.endsNone(t, n, err)
	if to == owner.email {
		return
	}
	p.cutAddress(owner.email, p.clock.now)
	p.cutAddress(to, p.clock.now)
	owner.email = to
}

func (p *player) revokeUser(t *rapid.T, owner *account) {
	n, err := p.revokeSessions.Do(p.ctx, application.Scope{Email: owner.email})
	p.ends(t, owner, n, err)
	owner.cut = later(owner.cut, p.clock.now)
}

func (p *player) revokeSession(t *rapid.T) {
	s := p.ofLength(t, 1)
	live := s.live(p.clock.now)
	n, err := p.revokeSessions.Do(p.ctx, application.Scope{SessionID: s.id})
	if s.pruned {
		is(t, err, domain.ErrSessionUnknown)
		return
	}
	is(t, err, nil)
	if live && n != 1 || s.revoked && n != 0 {
		t.Fatalf("%d sessions ended; it was live: %v, and revoked: %v", n, live, s.revoked)
	}
	s.revoked = true
}

// prune lets the sessions go of which no token can be valid any more, and no others.
func (p *player) prune(t *rapid.T) {
	_, err := p.pruneSessions.Do(p.ctx)
	is(t, err, nil)
	for _, s := range p.world.sessions {
		s.pruned = s.pruned || s.lastExpiry().Before(p.clock.now.Add(-margin))
		_, err := p.sessions.Find(p.ctx, s.id)
		if s.pruned {
			is(t, err, domain.ErrSessionUnknown)
		} else {
			is(t, err, nil)
		}
	}
}
