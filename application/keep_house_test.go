package application_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// aged is a program with an expired session, an old event and an attempt that matters no more.
func aged(t *testing.T) *program {
	t.Helper()
	p, _ := newStage(t).withMaria()
	p.policy.EventsMaxAge = time.Hour
	p = p.open()
	p.loggedIn()
	p.ok(p.events.Add(p.ctx(), []domain.Event{{ID: "old", Kind: domain.EventLoggedOut, At: p.clock.read()}}))
	p.guesses(1, maria, domain.NewClient("192.0.2.7", ""))
	p.clock.pass(2000 * time.Hour)
	return p
}

func TestKeepHouse_DeletesWhatNobodyNeedsAnyMore(t *testing.T) {
	p := aged(t)
	got, taken, err := p.keepHouse.Do(p.ctx())
	if got.Sessions != 1 || got.Events != 1 || got.Attempts == 0 || !taken || err != nil {
		t.Errorf("%+v, taken=%v, %v, want one session, one event and some attempts", got, taken, err)
	}
	if got, taken, err := p.keepHouse.Do(p.ctx()); got != (application.Pruned{}) || !taken || err != nil {
		t.Errorf("the second time: %+v, taken=%v, %v, want nothing left", got, taken, err)
	}
}

func TestKeepHouse_DoesNothingWhileAnotherReplicaIsAtIt(t *testing.T) {
	p := aged(t)
	_, err := p.turn.Take(p.ctx(), func(ctx context.Context) error {
		if got, taken, err := p.keepHouse.Do(ctx); got != (application.Pruned{}) || taken || err != nil {
			t.Errorf("%+v, taken=%v, %v, want nothing", got, taken, err)
		}
		return nil
	})
	p.ok(err)
}

func TestKeepHouse_WhatFailsOfOneKeepsNothingOfTheOthers(t *testing.T) {
	p := aged(t)
	p.register = downRegister{}
	got, taken, err := p.open().keepHouse.Do(p.ctx())
	if got.Sessions != 0 || got.Events != 1 || got.Attempts == 0 || !taken || !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("%+v, taken=%v, %v, want one event, some attempts and %v", got, taken, err, domain.ErrUnavailable)
	}
}
