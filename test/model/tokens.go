package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/vidaplus/vidaplus-auth/domain"
)

var client = domain.NewClient("192.0.2.7", "Model/1.0")

func (p *player) logIn(t *rapid.T) {
	p.ownInstant()
	email := rapid.SampledFrom(p.emails).Draw(t, "email")
	password := "a wrong password"
	owner := p.named(email)
	right := rapid.IntRange(0, 5).Draw(t, "password is right") > 0
	if owner != nil && right {
		password = owner.password
	}
	granted, err := p.login.Do(p.ctx, email, domain.NewSecret(password), client)
	if owner == nil || !right || !owner.enabled {
		is(t, err, domain.ErrBadCredentials)
		return
	}
	is(t, err, nil)
	s := &session{of: owner, began: p.clock.now, ends: p.clock.now.Add(maxAge).Truncate(time.Second)}
	p.begin(s)
	p.accept(t, s, granted.Token, 1)
}

// ownInstant makes the clock show what it showed at no other beginning of a session, so that the newest is one.
func (p *player) ownInstant() {
	for slices.ContainsFunc(p.world.sessions, func(s *session) bool { return s.began.Equal(p.clock.now) }) {
		p.turn(p.clock.now.Add(time.Microsecond))
	}
}

// accept checks that raw is a new token of the session, and makes it the current one of the model.
func (p *player) accept(t *rapid.T, s *session, raw string, generation int) {
	t.Helper()
	claims, err := p.signer.Read(raw)
	is(t, err, nil)
	next := token{raw: raw, id: claims.ID, issued: p.clock.now.Truncate(time.Second)}
	if next.expires = next.issued.Add(lifetime); next.expires.After(s.ends) {
		next.expires = s.ends
	}
	if s.id == "" {
		s.id = claims.SessionID
	}
	if !strings.HasPrefix(string(claims.ID), fmt.Sprintf("%d.", generation)) {
		t.Fatalf("the new token is %s, want generation %d", claims.ID, generation)
	}
	for _, old := range s.tokens {
		if old.id == claims.ID || old.raw == raw {
			t.Fatalf("the new token is an old one: %s", claims.ID)
		}
	}
	s.tokens = append(s.tokens, next)
	p.sameAsCurrent(t, s, raw)
}

// sameAsCurrent fails unless raw is, byte for byte, the session's current token as it is signed now.
func (p *player) sameAsCurrent(t *rapid.T, s *session, raw string) {
	t.Helper()
	current := s.current()
	want, err := p.signer.Sign(domain.Claims{
		Subject: s.of.email, UserID: s.of.id, SessionID: s.id, ID: current.id,
		IssuedAt: current.issued, ExpiresAt: current.expires,
	})
	is(t, err, nil)
	if raw != want {
		got, _ := p.signer.Read(raw)
		t.Fatalf("the token says\n%+v, want the current one of\n%+v", got, s)
	}
}

// present presents token i of the session.
func (p *player) present(t *rapid.T, s *session, i int) {
	t.Helper()
	p.answers(t, s, i, s.tokens[i].raw, s.tokens[i].expires)
}

// answers compares the answer to raw, which is token i of the session or, below 0, none of it.
func (p *player) answers(t *rapid.T, s *session, i int, raw string, expires time.Time) {
	t.Helper()
	want := s.refresh(i, expires, p.clock.now)
	got, err := p.refresh.Do(p.ctx, raw, client)
	switch want {
	case aNewToken:
		is(t, err, nil)
		s.replacedAt = p.clock.now
		p.accept(t, s, got.Token, s.nextGeneration())
	case theCurrentToken:
		is(t, err, nil)
		p.sameAsCurrent(t, s, got.Token)
	default:
		is(t, err, map[answer]error{
			expired: domain.ErrTokenExpired, unknown: domain.ErrSessionUnknown,
			ended: domain.ErrSessionEnded, reused: domain.ErrTokenReused,
		}[want])
	}
}

// ofLength draws a session that has issued at least n tokens, mostly one that is live.
func (p *player) ofLength(t *rapid.T, n int) *session {
	t.Helper()
	long := slices.DeleteFunc(slices.Clone(p.world.sessions), func(s *session) bool { return len(s.tokens) < n })
	live := slices.DeleteFunc(slices.Clone(long), func(s *session) bool { return !s.live(p.clock.now) })
	if len(live) > 0 && rapid.IntRange(0, 4).Draw(t, "any session") > 0 {
		long = live
	}
	if len(long) == 0 {
		t.Skip("no session is that long")
	}
	return long[rapid.IntRange(0, len(long)-1).Draw(t, "session")]
}

func (p *player) refreshCurrent(t *rapid.T) {
	s := p.ofLength(t, 1)
	p.present(t, s, len(s.tokens)-1)
}

func (p *player) retryReplaced(t *rapid.T) {
	s := p.ofLength(t, 2)
	p.present(t, s, len(s.tokens)-2)
}

func (p *player) replayOlder(t *rapid.T) {
	s := p.ofLength(t, 3)
	p.present(t, s, rapid.IntRange(0, len(s.tokens)-3).Draw(t, "token"))
}

// mixSessions presents a token, signed with our key, that names one session and the current token of another.
func (p *player) mixSessions(t *rapid.T) {
	s, other := p.ofLength(t, 1), p.ofLength(t, 1)
	if s == other {
		t.Skip("the same session twice")
	}
	expires := p.clock.now.Truncate(time.Second).Add(lifetime)
	raw, err := p.signer.Sign(domain.Claims{
		Subject: s.of.email, UserID: s.of.id, SessionID: s.id, ID: other.current().id, ExpiresAt: expires,
	})
	is(t, err, nil)
	p.answers(t, s, -1, raw, expires)
}
