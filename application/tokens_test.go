package application_test

import (
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// loggedIn logs maria in and returns her token.
func (p *program) loggedIn() string {
	p.t.Helper()
	grant, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser)
	p.ok(err)
	return grant.Token
}

// refreshed must give a token.
func (p *program) refreshed(raw string) string {
	p.t.Helper()
	grant, err := p.refresh.Do(p.ctx(), raw, browser)
	if err != nil {
		p.t.Fatalf("the refresh failed: %v", err)
	}
	return grant.Token
}

// refused must be refused for this reason.
func (p *program) refused(raw string, want error) {
	p.t.Helper()
	grant, err := p.refresh.Do(p.ctx(), raw, browser)
	if grant != (application.Grant{}) {
		p.t.Fatalf("a refresh gave a token, want %v", want)
	}
	p.is(err, want)
}

// same fails unless both texts are one token.
func (s *stage) same(got, want string) {
	s.t.Helper()
	if got != want {
		s.t.Fatalf("the token says\n%+v, want the one that says\n%+v", s.claims(got), s.claims(want))
	}
}

// replaced fails unless next is the token after presented in the same session.
func (s *stage) replaced(presented, next string) {
	s.t.Helper()
	was, is := s.claims(presented), s.claims(next)
	if is.SessionID != was.SessionID || is.ID.Generation() != was.ID.Generation()+1 {
		s.t.Fatalf("the token says\n%+v, want the next generation of\n%+v", is, was)
	}
}

func (s *stage) claims(raw string) domain.Claims {
	s.t.Helper()
	c, err := s.tokens.Read(raw)
	s.ok(err)
	return c
}

// signed returns the token that says c.
func (s *stage) signed(c domain.Claims) string {
	s.t.Helper()
	raw, err := s.tokens.Sign(c)
	s.ok(err)
	return raw
}

// untracked returns a token as the original VidaPlus makes it, issued just now.
func (s *stage) untracked(email string) string {
	s.t.Helper()
	return s.signed(domain.Claims{Subject: email, ExpiresAt: s.clock.read().Truncate(time.Second).Add(s.policy.TokenLifetime)})
}

// withMaria adds maria and opens the program.
func (s *stage) withMaria() (*program, domain.User) {
	s.t.Helper()
	u := s.added(maria)
	return s.open(), u
}
