package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

func TestRefreshToken_ReuseEndsTheSessionAndEveryTokenOfIt(t *testing.T) {
	p, _ := newStage(t).withMaria()
	chain := []string{p.loggedIn()}
	for range 3 {
		p.clock.pass(time.Second)
		chain = append(chain, p.refreshed(chain[len(chain)-1]))
	}
	p.refused(chain[0], domain.ErrTokenReused)
	// The newest first: straight after the detection.
	for i := range chain {
		p.refused(chain[len(chain)-1-i], domain.ErrSessionEnded)
	}
	state := p.state(p.claims(chain[0]).SessionID)
	if state.RevokedFor != domain.ReasonReuse || !state.RevokedAt.Equal(p.clock.read()) {
		t.Errorf("the session was revoked for %q at %v", state.RevokedFor, state.RevokedAt)
	}
}

func TestRefreshToken_ATokenOlderThanTheOneJustReplacedHasNoGrace(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	p.refreshed(p.refreshed(first))
	p.refused(first, domain.ErrTokenReused)
}

// orphan returns a token of the session that we signed and no longer know of, as after a database was restored.
func (s *stage) orphan(token string, generations int64) string {
	c := s.claims(token)
	c.ID = domain.NewTokenID(c.ID.Generation()+generations, "AAAAAAAAAAAAAAAAAAAAAA")
	return s.signed(c)
}

func TestRefreshToken_RecordsReuseByItsKindAndWithoutTheToken(t *testing.T) {
	for name, c := range map[string]struct {
		token func(s *stage, chain []string) string
		kind  domain.Reason
	}{
		"the one just replaced":         {func(_ *stage, chain []string) string { return chain[1] }, domain.ReasonReuseRecent},
		"an older one":                  {func(_ *stage, chain []string) string { return chain[0] }, domain.ReasonReuseStale},
		"one of a later generation":     {func(s *stage, chain []string) string { return s.orphan(chain[2], 5) }, domain.ReasonReuseOrphaned},
		"another one of the generation": {func(s *stage, chain []string) string { return s.orphan(chain[2], 0) }, domain.ReasonReuseOrphaned},
	} {
		t.Run(name, func(t *testing.T) {
			p, u := newStage(t).withMaria()
			first := p.loggedIn()
			second := p.refreshed(first)
			third := p.refreshed(second)
			p.clock.pass(time.Minute)
			p.audit.events = nil
			raw := c.token(p.stage, []string{first, second, third})
			p.refused(raw, domain.ErrTokenReused)
			about := domain.Event{At: p.clock.read(), UserID: u.ID, SessionID: p.claims(first).SessionID}
			reused, revoked := about, about
			reused.Kind, reused.Reason, reused.Client = domain.EventTokenReused, c.kind, browser
			revoked.Kind, revoked.Reason = domain.EventSessionRevoked, domain.ReasonReuse
			p.only(reused, revoked)
			p.noSecrets(raw, third, string(p.claims(raw).ID), string(p.claims(third).ID), maria)
		})
	}
}

func TestRefreshToken_MayOnlyRefuseAReusedToken(t *testing.T) {
	s := newStage(t)
	s.policy.RevokeReused = false
	p, _ := s.withMaria()
	first := p.loggedIn()
	second := p.refreshed(first)
	p.clock.pass(time.Minute)
	p.refused(first, domain.ErrTokenReused)
	p.replaced(second, p.refreshed(second))
	if n := len(p.audit.of(domain.EventTokenReused)); n != 1 {
		t.Errorf("%d reuses were recorded, want 1", n)
	}
	if n := len(p.audit.of(domain.EventSessionRevoked)); n != 0 {
		t.Errorf("%d revocations were recorded, want none", n)
	}
}

// hungUp ends the caller's context while the store works, and fails what is asked of it under that context.
type hungUp struct {
	ports.SessionStore
	hangUp context.CancelFunc
}

func (h hungUp) Rotate(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	h.hangUp()
	if err := ctx.Err(); err != nil {
		return domain.SessionState{}, false, err
	}
	return h.SessionStore.Rotate(ctx, r)
}

type strictRegister struct{ ports.SessionRegister }

func (s strictRegister) Revoke(ctx context.Context, id string, why domain.Reason, at time.Time) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	return s.SessionRegister.Revoke(ctx, id, why, at)
}

func TestRefreshToken_AThiefWhoHangsUpDoesNotSaveTheSession(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	p := s.open()
	first := p.loggedIn()
	second := p.refreshed(first)
	s.clock.pass(time.Minute)
	ctx, hangUp := context.WithCancel(t.Context())
	s.sessions, s.register = hungUp{s.sessions, hangUp}, strictRegister{s.register}
	_, err := s.open().refresh.Do(ctx, first, browser)
	s.is(err, domain.ErrTokenReused)
	p.refused(second, domain.ErrSessionEnded)
}

func TestRefreshToken_ARotationIsFinishedThoughTheCallerHangsUp(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	first := s.open().loggedIn()
	ctx, hangUp := context.WithCancel(t.Context())
	s.sessions = hungUp{s.sessions, hangUp}
	second, err := s.open().refresh.Do(ctx, first, browser)
	s.ok(err)
	s.replaced(first, second.Token)
}

type noRevoke struct{ ports.SessionRegister }

func (noRevoke) Revoke(context.Context, string, domain.Reason, time.Time) (bool, error) {
	return false, errDown
}

func TestRefreshToken_AFailureToEndTheSessionIsTheAnswer(t *testing.T) {
	s := newStage(t)
	working := s.register
	s.register = noRevoke{working}
	p, _ := s.withMaria()
	first := p.loggedIn()
	second := p.refreshed(first)
	p.clock.pass(time.Minute)
	p.refused(first, domain.ErrUnavailable)
	if n := len(p.audit.of(domain.EventTokenReused)); n != 1 {
		t.Errorf("%d reuses were recorded, want 1", n)
	}
	if n := len(p.audit.of(domain.EventSessionRevoked)); n != 0 {
		t.Errorf("%d revocations were recorded, and there was none", n)
	}
	s.register = working
	again := s.open()
	again.refused(first, domain.ErrTokenReused)
	again.refused(second, domain.ErrSessionEnded)
}

// revokedFirst is a register in which somebody else always revokes a moment earlier.
type revokedFirst struct{ ports.SessionRegister }

func (r revokedFirst) Revoke(ctx context.Context, id string, why domain.Reason, at time.Time) (bool, error) {
	if _, err := r.SessionRegister.Revoke(ctx, id, domain.ReasonOperator, at); err != nil {
		return false, err
	}
	return r.SessionRegister.Revoke(ctx, id, why, at)
}

func TestRefreshToken_RecordsNoRevocationThatWasSomebodyElses(t *testing.T) {
	s := newStage(t)
	s.register = revokedFirst{s.register}
	p, _ := s.withMaria()
	first := p.loggedIn()
	p.refreshed(p.refreshed(first))
	p.refused(first, domain.ErrTokenReused)
	if n := len(p.audit.of(domain.EventSessionRevoked)); n != 0 {
		t.Errorf("%d revocations were recorded, want none", n)
	}
}
