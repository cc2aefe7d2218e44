package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// pruned must delete so many sessions.
func (p *program) pruned(want int) {
	p.t.Helper()
	n, err := p.pruneSessions.Do(p.ctx())
	if p.ok(err); n != want {
		p.t.Fatalf("%d sessions were deleted, want %d", n, want)
	}
}

func TestPruneSessions_DeletesASessionOnceNoClockTakesATokenOfItAnyMore(t *testing.T) {
	for _, c := range []struct{ leeway, margin time.Duration }{{0, time.Minute}, {time.Minute, time.Minute}} {
		s := newStage(t)
		s.policy.ClockLeeway = c.leeway
		p, _ := s.withMaria()
		token := p.loggedIn()
		p.clock.turnTo(p.claims(token).ExpiresAt.Add(c.margin))
		p.pruned(0)
		p.clock.pass(time.Microsecond)
		p.pruned(1)
		_, err := p.sessions.Find(p.ctx(), p.idOf(token))
		p.is(err, domain.ErrSessionUnknown)
		p.pruned(0)
	}
}

func TestPruneSessions_KeepsARevokedSessionWhileATokenOfItHasNotExpired(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	p.clock.pass(time.Minute)
	second := p.refreshed(first)
	p.clock.pass(time.Minute)
	p.refused(first, domain.ErrTokenReused)
	p.clock.turnTo(p.claims(second).ExpiresAt.Add(-time.Microsecond))
	p.pruned(0)
	p.refused(second, domain.ErrSessionEnded)
}

func TestPruneSessions_KeepsTheSessionOfAnUntrackedTokenWhileThatHasNotExpired(t *testing.T) {
	p, _ := newStage(t).withMaria()
	raw := p.signed(domain.Claims{Subject: maria, ExpiresAt: noon.Add(48 * time.Hour).Truncate(time.Second)})
	p.refreshed(raw)
	p.clock.pass(47 * time.Hour)
	p.pruned(0)
	p.refused(raw, domain.ErrTokenExpired)
	p.clock.pass(2 * time.Hour)
	p.pruned(1)
}

func TestPruneSessions_GoesThroughAllSessionsAFewAtATime(t *testing.T) {
	s := newStage(t)
	pages := &pageCount{SessionRegister: s.register}
	s.register = pages
	p := s.open()
	old := s.manySessions(550)
	p.clock.pass(20 * time.Minute)
	young := s.manySessions(551)
	p.clock.pass(15 * time.Minute)
	p.pruned(len(old))
	if pages.most > 500 || pages.calls < 3 {
		t.Errorf("it took %d calls of up to %d sessions, want several of at most 500", pages.calls, pages.most)
	}
	for _, id := range young {
		p.state(id)
	}
}

func TestRevokeSessions_EndsAllSessionsHoweverManyThereAre(t *testing.T) {
	p := newStage(t).open()
	begun := p.manySessions(1101)
	n, err := p.revokeSessions.Do(p.ctx(), application.Scope{All: true})
	if p.ok(err); n != len(begun) {
		t.Errorf("%d sessions ended, want %d", n, len(begun))
	}
	for _, id := range begun {
		if p.state(id).RevokedFor != domain.ReasonOperator {
			t.Fatalf("session %s has not ended", id)
		}
	}
}

// manySessions begins n sessions, each of a user of its own.
func (s *stage) manySessions(n int) []string {
	s.t.Helper()
	ids, at := uuidv7.IDs{}, s.clock.read()
	var begun []string
	for range n {
		u := domain.User{ID: ids.New(), Email: ids.New(), Enabled: true}
		s.ok(s.userRegister.Add(s.ctx(), u))
		first := s.policy.FirstToken(ids.Random(), at, s.policy.SessionEnd(at))
		// Random ids, so that old and young sessions are mixed on every page.
		session := domain.Session{
			ID: ids.Random(), UserID: u.ID, CreatedAt: at, EndsAt: s.policy.SessionEnd(at),
			Current: first, LastExpiry: first.ExpiresAt,
		}
		_, err := s.sessions.Begin(s.ctx(), session, u.PasswordHash, s.policy.MaxSessions)
		s.ok(err)
		begun = append(begun, session.ID)
	}
	return begun
}

// pageCount counts the calls of Prune.
type pageCount struct {
	ports.SessionRegister
	calls, most int
}

func (c *pageCount) Prune(ctx context.Context, before time.Time, after string, limit int) (string, int, error) {
	c.calls++
	c.most = max(c.most, limit)
	return c.SessionRegister.Prune(ctx, before, after, limit)
}
