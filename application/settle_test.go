package application_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// rotateLost is a store whose rotations take place and are not answered until it is healed.
type rotateLost struct {
	ports.SessionStore
	healed bool
}

func (r *rotateLost) Rotate(ctx context.Context, rotation domain.Rotation) (domain.SessionState, bool, error) {
	state, swapped, err := r.SessionStore.Rotate(ctx, rotation)
	if err == nil && !r.healed {
		return domain.SessionState{}, false, errDown
	}
	return state, swapped, err
}

func TestSettle_AsksForEachTokenOnce(t *testing.T) {
	store, p, other, first := before(t, asItIs)
	for _, token := range []string{first, other.loggedIn(), other.loggedIn()} {
		store.unheard(p, token)
		store.unheard(p, token)
	}
	for _, want := range []int{3, 0} {
		p.ok(p.settle.Do(p.ctx()))
		if n := store.counted(); n != want {
			t.Errorf("Settle looked up %d sessions, want %d", n, want)
		}
	}
	store.unheard(p, first)
	p.ok(p.settle.Do(p.ctx()))
	if n := store.counted(); n != 1 {
		t.Errorf("after another try Settle looked up %d sessions, want 1", n)
	}
}

func TestSettle_StopsAtTheFirstSilenceAndGoesOnTheNextTime(t *testing.T) {
	store, p, other, first := before(t, asItIs)
	store.lost(p, first)
	store.lost(p, other.loggedIn())
	store.looked = func() { store.down = true }
	p.is(p.settle.Do(p.ctx()), domain.ErrUnavailable)
	if n := store.counted(); n != 1 {
		t.Errorf("Settle looked up %d sessions, want 1: the first whose grace could not be restarted", n)
	}
	store.down, store.looked = false, nil
	p.clock.pass(time.Minute)
	p.ok(p.settle.Do(p.ctx()))
	if n := store.counted(); n != 2 {
		t.Errorf("Settle looked up %d sessions, want the 2 that are open", n)
	}
	other.refreshed(first)
}

func TestSettle_PassesOverASessionThatIsGone(t *testing.T) {
	store, p, _, _ := before(t, asItIs)
	store.unheard(p, p.signed(domain.Claims{
		Subject: maria, UserID: "gone", SessionID: "gone", ID: domain.NewTokenID(1, "AAAAAAAAAAAAAAAAAAAAAA"),
		ExpiresAt: noon.Add(time.Minute),
	}))
	p.ok(p.settle.Do(p.ctx()))
	if n := store.counted(); n != 1 {
		t.Errorf("Settle looked up %d sessions, want 1", n)
	}
}

func TestSettle_ARotationThatTheStoreMakesLateIsStillNoTheft(t *testing.T) {
	store, p, _, first := before(t, asItIs)
	store.unheard(p, first)
	p.clock.pass(time.Minute)
	p.ok(p.settle.Do(p.ctx()))
	_, swapped, err := store.SessionStore.Rotate(p.ctx(), store.unanswered)
	if p.ok(err); !swapped {
		t.Fatal("the late rotation did not swap")
	}
	p.clock.pass(9 * time.Second)
	second := p.refreshed(first)
	if got := p.claims(second).ID; got != store.unanswered.Next.ID {
		t.Errorf("the token is %s, want the late rotation's %s", got, store.unanswered.Next.ID)
	}
}

// numbered reads a number as a token of the session of that number.
type numbered struct{ ports.TokenSigner }

func (numbered) Read(raw string) (domain.Claims, error) {
	n, err := strconv.Atoi(raw)
	id := domain.NewTokenID(int64(n), "AAAAAAAAAAAAAAAAAAAAAA")
	return domain.Claims{Subject: maria, SessionID: raw, UserID: "1", ID: id, ExpiresAt: noon.Add(time.Hour)}, err
}

func TestUnanswered_RemembersAHundredThousandTokensAndNoMore(t *testing.T) {
	store, p, _, _ := before(t, func(s *stage) { s.tokens = numbered{s.tokens} })
	store.down = true
	for n := range 100_010 {
		_, _ = p.refresh.Do(p.ctx(), strconv.Itoa(n), browser)
	}
	store.down = false
	p.ok(p.settle.Do(p.ctx()))
	if n := store.counted(); n != 100_000 {
		t.Fatalf("Settle looked up %d sessions, want 100000", n)
	}
	p.clock.pass(time.Minute)
	p.ok(p.settle.Do(p.ctx()))
	store.unheard(p, "100005")
	p.ok(p.settle.Do(p.ctx()))
	if n := store.counted(); n != 1 {
		t.Errorf("Settle looked up %d sessions, want the 1 that found room again", n)
	}
}

func TestUnanswered_ManyRefreshesAndSettlesAtOnceLoseNobody(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	lossy := &rotateLost{SessionStore: s.sessions}
	tokens := make([]string, 50)
	for i := range tokens {
		tokens[i] = s.open().loggedIn()
	}
	s.sessions = lossy
	p := s.open()
	var all sync.WaitGroup
	for _, token := range tokens {
		all.Go(func() { _, _ = p.refresh.Do(p.ctx(), token, browser) })
		all.Go(func() { _ = p.settle.Do(p.ctx()) })
	}
	all.Wait()
	lossy.healed = true
	p.clock.pass(9 * time.Second)
	p.ok(p.settle.Do(p.ctx()))
	for _, token := range tokens {
		p.replaced(token, p.refreshed(token))
	}
}
