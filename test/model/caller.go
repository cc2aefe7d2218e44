package model

import (
	"pgregory.net/rapid"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// drawn draws a token of a session, more often a new one.
func (p *player) drawn(t *rapid.T) (*session, int) {
	t.Helper()
	s := p.ofLength(t, 1)
	back := min(rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "token from the end"), len(s.tokens))
	return s, len(s.tokens) - back
}

// admitted fails unless err is what a protected endpoint says to token i, and reports whether it lets it in.
func (p *player) admitted(t *rapid.T, s *session, i int, err error) bool {
	t.Helper()
	found := s.look(i, s.tokens[i].expires, p.clock.now)
	is(t, err, map[answer]error{
		expired: domain.ErrTokenExpired, unknown: domain.ErrSessionUnknown,
		ended: domain.ErrSessionEnded, reused: domain.ErrTokenReplaced,
	}[found])
	return err == nil
}

// authenticateAny presents a token for something else than a refresh, which changes nothing.
func (p *player) authenticateAny(t *rapid.T) {
	s, i := p.drawn(t)
	p.lostUntracked(t, s)
	caller, err := p.authenticate.Do(p.ctx, s.tokens[i].raw, client)
	if p.admitted(t, s, i, err) && (caller.ID != s.id || caller.UserID != s.of.id || caller.Email != s.of.email) {
		t.Fatalf("the caller is %+v, want %+v", caller, s)
	}
}

// lostUntracked skips a session that an untracked token was taken into and that is pruned: its token would be judged
// anew, which presentUntracked sees to.
func (p *player) lostUntracked(t *rapid.T, s *session) {
	t.Helper()
	if s.pruned && s.untracked {
		t.Skip("an untracked token whose session is pruned")
	}
}

// logOut takes any token of a session that has not ended.
func (p *player) logOut(t *rapid.T) {
	s, i := p.drawn(t)
	p.lostUntracked(t, s)
	scope := rapid.SampledFrom([]application.LogoutScope{
		application.LogoutLocal, application.LogoutOthers, application.LogoutGlobal,
	}).Draw(t, "scope")
	err := p.logout.Do(p.ctx, s.tokens[i].raw, scope, client)
	at := p.clock.now
	switch {
	case !at.Before(s.tokens[i].expires):
		is(t, err, domain.ErrTokenExpired)
	case s.pruned:
		is(t, err, domain.ErrSessionUnknown)
	case s.revoked || !at.Before(s.ends) || !s.of.enabled || s.of.gone:
		is(t, err, domain.ErrSessionEnded)
	default:
		is(t, err, nil)
		p.leave(s, scope)
	}
}

func (p *player) leave(s *session, scope application.LogoutScope) {
	if scope == application.LogoutLocal {
		s.revoked = true
		return
	}
	p.revokeAll(s.of, p.clock.now)
	s.revoked = scope == application.LogoutGlobal
	s.of.cut = later(s.of.cut, p.clock.now)
}

// changeOwnPassword ends every session of the user but the one it comes from.
func (p *player) changeOwnPassword(t *rapid.T) {
	s, i := p.drawn(t)
	p.lostUntracked(t, s)
	given, right := s.of.password, rapid.IntRange(0, 3).Draw(t, "password is right") > 0
	if !right {
		given = "a wrong password"
	}
	next := s.of.password + "!"
	err := p.changePassword.Do(p.ctx, s.tokens[i].raw, domain.NewSecret(given), domain.NewSecret(next), client)
	if !right && s.look(i, s.tokens[i].expires, p.clock.now) <= theCurrentToken {
		is(t, err, domain.ErrPasswordWrong)
		return
	}
	if p.admitted(t, s, i, err) {
		s.of.password = next
		p.leave(s, application.LogoutOthers)
	}
}

// endOwnSession names one session with a token of another: it ends if both are of one user.
func (p *player) endOwnSession(t *rapid.T) {
	s, i := p.drawn(t)
	other := p.ofLength(t, 1)
	p.lostUntracked(t, s)
	own, err := p.endOwn.Do(p.ctx, s.tokens[i].raw, other.id, client)
	if s.look(i, s.tokens[i].expires, p.clock.now) <= theCurrentToken && (other.of != s.of || other.pruned) {
		is(t, err, domain.ErrNotOwnSession)
		return
	}
	if p.admitted(t, s, i, err) {
		other.revoked = true
		if own != (s == other) {
			t.Fatalf("the session counts as the caller's own: %v, want %v", own, s == other)
		}
	}
}
