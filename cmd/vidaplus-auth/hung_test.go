package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// hang is a store of which some calls do not return, whatever their context says.
type hang struct {
	begun atomic.Bool
	asked chan struct{}
	over  <-chan struct{}
}

func newHang(t *testing.T) *hang {
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	return &hang{asked: make(chan struct{}, 100), over: over}
}

// call returns at once until the hang begins.
func (h *hang) call() error {
	if !h.begun.Load() {
		return nil
	}
	h.asked <- struct{}{}
	<-h.over
	return domain.ErrUnavailable
}

type hungEvents struct {
	ports.EventStore
	*hang
}

func (h hungEvents) Add(ctx context.Context, events []domain.Event) error {
	if err := h.call(); err != nil {
		return err
	}
	return h.EventStore.Add(ctx, events)
}

// hungSessions says at once that it does not rotate.
type hungSessions struct {
	ports.SessionStore
	*hang
}

func (h hungSessions) Find(ctx context.Context, id string) (domain.SessionState, error) {
	if err := h.call(); err != nil {
		return domain.SessionState{}, err
	}
	return h.SessionStore.Find(ctx, id)
}

func (h hungSessions) Rotate(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	if h.begun.Load() {
		return domain.SessionState{}, false, domain.ErrUnavailable
	}
	return h.SessionStore.Rotate(ctx, r)
}

// hanging is a program whose store can be had to hang.
type hanging struct {
	fx.Option
	events, sessions *hang
	end              *ending
	audit            ports.AuditLog
	add              *application.AddUser
	login            *application.Login
	refresh          *application.RefreshToken
	logs             *observer.ObservedLogs
}

func newHanging(t *testing.T) *hanging {
	t.Helper()
	h := &hanging{events: newHang(t), sessions: newHang(t)}
	level, logs := observer.New(zap.ErrorLevel)
	h.logs = logs
	h.Option = fx.Options(
		fx.Decorate(func(*zap.Logger) *zap.Logger { return zap.New(level) }),
		fx.Decorate(func(s ports.EventStore) ports.EventStore { return hungEvents{s, h.events} }),
		fx.Decorate(func(s ports.SessionStore) ports.SessionStore { return hungSessions{s, h.sessions} }),
		fx.Populate(&h.end, &h.audit, &h.add, &h.login, &h.refresh))
	return h
}

// records two events that the store is asked to keep, and does not answer.
func (h *hanging) records(ctx context.Context) {
	for h.end.waiting() > 0 {
		time.Sleep(time.Millisecond)
	}
	h.events.begun.Store(true)
	for range 2 {
		h.audit.Record(ctx, domain.Event{Kind: domain.EventClientRefused, At: time.Now()})
	}
	<-h.events.asked
}

// refuses a refresh since the store does not answer, and has it looked up in vain.
func (h *hanging) refuses(t *testing.T) {
	t.Helper()
	const maria = "maria@example.com"
	password := domain.NewSecret("correct horse battery")
	if _, err := h.add.Do(t.Context(), maria, "Maria", false, password); err != nil {
		t.Fatal(err)
	}
	grant, err := h.login.Do(t.Context(), maria, password, domain.Client{})
	if err != nil {
		t.Fatal(err)
	}
	h.sessions.begun.Store(true)
	if _, err := h.refresh.Do(t.Context(), grant.Token, domain.Client{}); err == nil {
		t.Fatal("a store that does not answer rotated a session")
	}
	<-h.sessions.asked
}

func TestService_CountsWhatTheStoreWasNotToldWhenTheDeadlinePasses(t *testing.T) {
	for under, refreshes := range map[string]int{"storing events": 0, "house-keeping": 1} {
		h := newHanging(t)
		app := fx.New(service(t.Context(), serving(t, "SHUTDOWN_TIMEOUT=1s")), h, fx.NopLogger)
		if err := start(t.Context(), app); err != nil {
			t.Fatal(err)
		}
		if refreshes > 0 {
			h.refuses(t)
		}
		h.records(t.Context())
		core, logs := observer.New(zap.WarnLevel)
		if err := h.end.tell(zap.New(core), 0, stop(t.Context(), app)); err != nil {
			t.Errorf("%s: the end is %v, want no failure", under, err)
		}
		if logs.Len() != 1 {
			t.Fatalf("%s: %v is logged, want one line", under, logs.All())
		}
		line := logs.All()[0].ContextMap()
		got := fmt.Sprint(line["unfinished"], line["refreshes_not_settled"], line["events_not_stored"])
		if want := fmt.Sprint(under, refreshes, 2); got != want {
			t.Errorf("%s is logged, want %s", got, want)
		}
		if h.logs.FilterLevelExact(zap.ErrorLevel).Len() != 0 {
			t.Errorf("%s: it is told twice: %v", under, h.logs.All())
		}
	}
}

func TestCommand_TellsOfEventsThatWereNotStoredWhenTheDeadlinePasses(t *testing.T) {
	h := newHanging(t)
	err := operate(serving(t, "SHUTDOWN_TIMEOUT=1s"), h, fx.NopLogger)(t.Context(), func(ctx context.Context, _ cli.Operator) error {
		h.records(ctx)
		return nil
	})
	if !errors.Is(err, context.DeadlineExceeded) || h.logs.FilterField(zap.Int("count", 2)).Len() != 1 {
		t.Errorf("the command ends with %v, and %v is logged, want that two events are not stored", err, h.logs.All())
	}
}
