package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// replicas returns two programs over one storage, each behind a connection of its own that can break, and maria's token.
func replicas(t *testing.T) (oneStore, otherStore *outage, one, other *program, token string) {
	t.Helper()
	s := newStage(t)
	s.added(maria)
	storage := s.sessions
	oneStore, otherStore = &outage{SessionStore: storage}, &outage{SessionStore: storage}
	s.sessions = oneStore
	one = s.open()
	s.sessions = otherStore
	other = s.open()
	return oneStore, otherStore, one, other, one.loggedIn()
}

// TestUnanswered_AReplicaThatSawTheOutageServesAnothersToken is the retry that a balancer sends to the other replica
// before the first has settled. That one may never have been asked for this token.
func TestUnanswered_AReplicaThatSawTheOutageServesAnothersToken(t *testing.T) {
	oneStore, otherStore, one, other, first := replicas(t)
	oneStore.lost(one, first)
	oneStore.down, otherStore.down = true, true
	one.clock.pass(time.Second)
	other.is(other.settle.Do(other.ctx()), domain.ErrUnavailable)
	one.clock.pass(time.Minute)
	other.is(other.settle.Do(other.ctx()), domain.ErrUnavailable)
	oneStore.down, otherStore.down = false, false
	second := other.refreshed(first)
	other.replaced(first, second)
	other.ok(other.settle.Do(other.ctx()))
	other.clock.pass(9 * time.Second)
	other.same(other.refreshed(first), second)
}

func TestUnanswered_AReplicaForgetsAnOutageThatIsOver(t *testing.T) {
	_, otherStore, one, other, first := replicas(t)
	second := one.refreshed(first)
	otherStore.down = true
	other.is(other.settle.Do(other.ctx()), domain.ErrUnavailable)
	otherStore.down = false
	other.clock.pass(time.Minute)
	other.ok(other.settle.Do(other.ctx()))
	other.clock.pass(10*time.Second - time.Microsecond)
	other.same(other.refreshed(first), second)
	other.clock.pass(time.Microsecond)
	other.refused(first, domain.ErrTokenReused)
	other.refused(second, domain.ErrSessionEnded)
}

// TestUnanswered_AnOutageSparesNoTokenWhoseGraceWasOverBefore pins what a thief can make of an outage: nothing.
func TestUnanswered_AnOutageSparesNoTokenWhoseGraceWasOverBefore(t *testing.T) {
	_, otherStore, one, other, first := replicas(t)
	second := one.refreshed(first)
	one.clock.pass(10 * time.Second)
	otherStore.down = true
	other.is(other.settle.Do(other.ctx()), domain.ErrUnavailable)
	other.refused(first, domain.ErrUnavailable)
	otherStore.down = false
	other.refused(first, domain.ErrTokenReused)
	one.refused(second, domain.ErrSessionEnded)
}

func TestUnanswered_AnUntrackedTokenIsRememberedThoughItsSessionCouldNotBeLookedUp(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	store := &outage{SessionStore: s.sessions}
	s.sessions = store
	p := s.open()
	raw := p.untracked(maria)
	second := p.refreshed(raw)
	for range 60 {
		p.clock.pass(time.Second)
		store.unheard(p, raw)
	}
	p.same(p.refreshed(raw), second)
}

// heeding is a store that gives no answer to a caller who has hung up, as a database does.
type heeding struct{ ports.SessionStore }

func (h heeding) Find(ctx context.Context, id string) (domain.SessionState, error) {
	if ctx.Err() != nil {
		return domain.SessionState{}, errDown
	}
	return h.SessionStore.Find(ctx, id)
}

// TestUnanswered_ACallerWhoHangsUpIsNoOutage pins that nobody can make one: while it lasts, replaced tokens are spared.
func TestUnanswered_ACallerWhoHangsUpIsNoOutage(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	s.sessions = heeding{s.sessions}
	p := s.open()
	raw, first := p.untracked(maria), p.loggedIn()
	p.refreshed(first)
	ctx, hangUp := context.WithCancel(p.ctx())
	hangUp()
	_, err := p.refresh.Do(ctx, raw, browser)
	p.ok(err)
	p.clock.pass(10 * time.Second)
	p.refused(first, domain.ErrTokenReused)
}
