package application_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

type noRotate struct{ ports.SessionStore }

func (noRotate) Rotate(context.Context, domain.Rotation) (domain.SessionState, bool, error) {
	return domain.SessionState{}, false, errDown
}

func TestRefreshToken_AnUnavailableStoreRefusesAndEndsNothing(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	working := s.open()
	first := working.loggedIn()
	second := working.refreshed(first)
	s.clock.pass(time.Minute)
	sessions := s.sessions
	s.sessions = noRotate{sessions}
	down := s.open()
	for _, token := range []string{first, second} {
		down.refused(token, domain.ErrUnavailable)
	}
	s.sessions = sessions
	s.open().replaced(second, s.open().refreshed(second))
	if n := len(s.audit.of(domain.EventTokenReused)); n != 0 {
		t.Errorf("%d reuses were recorded, want none", n)
	}
}

type brokenRotate struct{ ports.SessionStore }

var errBroken = errors.New("a column is missing")

func (brokenRotate) Rotate(context.Context, domain.Rotation) (domain.SessionState, bool, error) {
	return domain.SessionState{}, false, fmt.Errorf("rotate: %w", errBroken)
}

func TestRefreshToken_AnyOtherFailureIsNeitherARefusalNorAnOutage(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	token := s.open().loggedIn()
	s.sessions = brokenRotate{s.sessions}
	s.open().refused(token, errBroken)
}

// unswapped refuses to swap, and then finds the token current after all: the user was disabled for the blink of an eye.
type unswapped struct{ ports.SessionStore }

func (u unswapped) Rotate(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	state, err := u.Find(ctx, r.SessionID)
	return state, false, err
}

func TestRefreshToken_ASessionThatChangedMeanwhileIsToBeTriedAgain(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	token := s.open().loggedIn()
	s.sessions = unswapped{s.sessions}
	s.open().refused(token, domain.ErrUnavailable)
}

func TestRefreshToken_ATokenThatCannotBeSignedIsAFaultAndTheRetryGetsIt(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	p := s.open()
	first := p.loggedIn()
	tokens := s.tokens
	s.tokens = mute{tokens}
	s.open().refused(first, errMute)
	s.tokens = tokens
	p.replaced(first, p.refreshed(first))
}

func TestRefreshToken_ManyAtOnceWithOneTokenAllGetTheSame(t *testing.T) {
	p, _ := newStage(t).withMaria()
	first := p.loggedIn()
	p.replaced(first, p.refreshedAtOnce(first, 100))
}

// refreshedAtOnce presents a token so many times at once and returns the one token that all have to get.
func (p *program) refreshedAtOnce(raw string, times int) string {
	p.t.Helper()
	got := make([]string, times)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			grant, err := p.refresh.Do(p.ctx(), raw, browser)
			if err != nil {
				p.t.Errorf("a refresh failed: %v", err)
			}
			got[i] = grant.Token
		})
	}
	all.Wait()
	for _, token := range got {
		p.same(token, got[0])
	}
	return got[0]
}

func TestRefreshToken_ReuseAgainstRotationLeavesNoLivingToken(t *testing.T) {
	for range 20 {
		p, _ := newStage(t).withMaria()
		first := p.loggedIn()
		current := p.refreshed(p.refreshed(first))
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := p.refresh.Do(p.ctx(), first, browser); !errors.Is(err, domain.ErrTokenReused) {
				t.Errorf("the reused token got %v", err)
			}
		})
		var next application.Grant
		both.Go(func() { next, _ = p.refresh.Do(p.ctx(), current, browser) })
		both.Wait()
		p.refused(current, domain.ErrSessionEnded)
		if next.Token != "" {
			p.refused(next.Token, domain.ErrSessionEnded)
		}
	}
}
