package application_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

// eventStore fails, or holds up, what is to be stored.
type eventStore struct {
	ports.EventStore
	mu    sync.Mutex
	fault error
	steps int
	hold  chan struct{}
}

func (e *eventStore) Add(ctx context.Context, events []domain.Event) error {
	if e.hold != nil {
		<-e.hold
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.steps++
	if e.fault != nil {
		return e.fault
	}
	return e.EventStore.Add(ctx, events)
}

func (e *eventStore) fails(with error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fault = with
}

func (e *eventStore) asked() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.steps
}

// keeping is a keeper that runs until it is stopped.
type keeping struct {
	*application.KeepEvents
	store *eventStore
	logs  *auditLog
	lost  int
	stop  func()
}

func keepEvents(s *stage, store *eventStore) *keeping {
	k := &keeping{store: store, logs: &auditLog{}}
	store.EventStore = s.events
	k.KeepEvents = application.NewKeepEvents(k.logs, store, uuidv7.IDs{}, func(n int, _ error) { k.lost += n })
	ctx, cancel := context.WithCancel(s.ctx())
	done := make(chan struct{})
	go func() { k.Run(ctx); close(done) }()
	k.stop = sync.OnceFunc(func() {
		cancel()
		<-done
		k.Flush(s.ctx())
	})
	s.t.Cleanup(func() { cancel(); <-done })
	return k
}

func (s *stage) stored() []domain.Event {
	s.t.Helper()
	events, err := s.events.List(s.ctx(), domain.EventFilter{}, 100_000)
	s.ok(err)
	return events
}

func TestKeepEvents_KeepsTheContract(t *testing.T) {
	contract.AuditLog(t, func(t *testing.T) (ports.AuditLog, func() []domain.Event) {
		s := newStage(t)
		k := keepEvents(s, &eventStore{})
		return k, func() []domain.Event {
			k.stop()
			stored := s.stored()
			for i := range stored {
				stored[i].ID = ""
			}
			return stored
		}
	})
}

func TestKeepEvents_LogsAndStoresManyInFewSteps(t *testing.T) {
	s := newStage(t)
	k := keepEvents(s, &eventStore{})
	for i := range 1000 {
		k.Record(t.Context(), domain.Event{Kind: domain.EventLoginSucceeded, UserID: fmt.Sprint(i)})
	}
	k.stop()
	if n := len(s.stored()); n != 1000 || len(k.logs.all()) != 1000 || k.lost != 0 || k.store.asked() > 30 {
		t.Errorf("%d are stored in %d steps, %d logged, %d lost", n, k.store.asked(), len(k.logs.all()), k.lost)
	}
}

func TestKeepEvents_NobodyWaitsForTheStoreAndWhatIsLostIsCounted(t *testing.T) {
	s := newStage(t)
	k := keepEvents(s, &eventStore{hold: make(chan struct{})})
	const all = 10_000
	for range all {
		k.Record(t.Context(), domain.Event{Kind: domain.EventLoginRefused})
	}
	close(k.store.hold)
	k.stop()
	stored := len(s.stored())
	if k.Waiting() != 0 || stored+k.lost != all || k.lost < all/2 || stored < 4096 || len(k.logs.all()) != all {
		t.Errorf("%d are stored, %d counted as lost and %d logged, want %d together and all logged", stored, k.lost, len(k.logs.all()), all)
	}
}

func TestKeepEvents_AStoreThatComesBackGetsWhatWaited(t *testing.T) {
	s := newStage(t)
	k := keepEvents(s, &eventStore{fault: errDown})
	k.Record(t.Context(), domain.Event{Kind: domain.EventLoginRefused})
	for k.store.asked() == 0 {
		time.Sleep(time.Millisecond)
	}
	k.store.fails(nil)
	k.stop()
	if n := len(s.stored()); n != 1 || k.lost != 0 {
		t.Errorf("%d are stored and %d lost, want the one that waited", n, k.lost)
	}
}

func TestKeepEvents_WhatTheStoreRefusesIsCountedAndHoldsUpNothing(t *testing.T) {
	s := newStage(t)
	k := keepEvents(s, &eventStore{fault: errors.New("a statement is wrong")})
	k.Record(t.Context(), domain.Event{Kind: domain.EventLoginRefused})
	for k.store.asked() == 0 {
		time.Sleep(time.Millisecond)
	}
	k.store.fails(nil)
	k.Record(t.Context(), domain.Event{Kind: domain.EventLoginSucceeded})
	k.stop()
	if stored := s.stored(); len(stored) != 1 || stored[0].Kind != domain.EventLoginSucceeded || k.lost != 1 || k.Waiting() != 0 {
		t.Errorf("%+v are stored, %d lost and %d wait, want the second, one and none", stored, k.lost, k.Waiting())
	}
}

func TestKeepEvents_AStopWithoutAStoreLeavesCountedWhatWaits(t *testing.T) {
	s := newStage(t)
	k := keepEvents(s, &eventStore{fault: errDown})
	for range 300 {
		k.Record(t.Context(), domain.Event{Kind: domain.EventLoginRefused})
	}
	k.stop()
	k.Record(t.Context(), domain.Event{Kind: domain.EventLoginRefused})
	if k.Waiting() != 301 || k.lost != 0 || len(s.stored()) != 0 {
		t.Errorf("%d wait and %d are counted as lost, want 301 and none", k.Waiting(), k.lost)
	}
}

func TestKeepEvents_AnEventWaitsAsLongAsTheStoreDoesNotReturn(t *testing.T) {
	s := newStage(t)
	k := keepEvents(s, &eventStore{hold: make(chan struct{})})
	k.Record(t.Context(), domain.Event{Kind: domain.EventLoginRefused})
	if k.Waiting() != 1 {
		t.Errorf("%d wait while the store is asked, want one", k.Waiting())
	}
	close(k.store.hold)
	k.stop()
	if k.Waiting() != 0 || len(s.stored()) != 1 {
		t.Errorf("%d wait and %d are stored, want none and one", k.Waiting(), len(s.stored()))
	}
}

func TestRemoveUser_LeavesEventsThatTellNotWhoseTheyAre(t *testing.T) {
	p, u := newStage(t).withMaria()
	p.ok(p.right(browser))
	p.guesses(10, maria, stranger)
	events := []domain.Event{
		{ID: "1", At: noon, UserID: u.ID, Client: browser},
		{ID: "2", At: noon, Attempted: maria, Client: browser},
		{ID: "3", At: noon, UserID: "another", Client: browser},
	}
	p.ok(p.events.Add(p.ctx(), events))
	_, err := p.removeUser.Do(p.ctx(), maria)
	p.ok(err)
	events[0].Client.UserAgent, events[1].Attempted = "", ""
	for i, got := range p.stored() {
		if got != events[2-i] {
			t.Errorf("an event is %+v, want %+v", got, events[2-i])
		}
	}
	left, err := p.attempts.Find(p.ctx(), domain.NewAttempt(u.ID, maria, browser))
	if none := (domain.Tally{}); err != nil || left.Account != none || left.Device != none {
		t.Errorf("of the account is remembered %+v, %v, want nothing", left, err)
	}
}

func TestListEvents_SaysWhetherThereAreMore(t *testing.T) {
	p := newStage(t).open()
	p.ok(p.events.Add(p.ctx(), []domain.Event{{ID: "1", At: noon}, {ID: "2", At: noon}, {ID: "3", At: noon}}))
	for limit, more := range map[int]bool{2: true, 3: false, 4: false} {
		events, got, err := p.listEvents.Do(p.ctx(), application.EventQuery{Limit: limit})
		if p.ok(err); got != more || len(events) != min(limit, 3) || events[0].ID != "3" {
			t.Errorf("a limit of %d returned %+v, more: %v", limit, events, got)
		}
	}
}

func TestPruneRecords_DeletesWhatIsOldAndKeepsTheRest(t *testing.T) {
	p, _ := newStage(t).withMaria()
	var events []domain.Event
	for i := range 1200 {
		events = append(events, domain.Event{ID: fmt.Sprint(i), At: noon})
	}
	p.ok(p.events.Add(p.ctx(), append(events, domain.Event{ID: "young", At: noon.Add(time.Second)})))
	for i := range 600 {
		p.guesses(1, fmt.Sprint(i, "@example.com"), domain.NewClient(fmt.Sprint("10.0.", i/200, ".", i%200), ""))
	}
	prune := func(wantEvents, wantAttempts int) {
		t.Helper()
		e, a, err := p.pruneRecords.Do(p.ctx())
		if err != nil || e != wantEvents || a != wantAttempts {
			t.Errorf("%d events and %d attempts were deleted (%v), want %d and %d", e, a, err, wantEvents, wantAttempts)
		}
	}
	prune(0, 0)
	p.clock.pass(5*time.Minute + time.Hour)
	prune(0, 0)
	p.clock.pass(time.Microsecond)
	prune(0, 1200)
	p.clock.turnTo(noon.Add(p.policy.EventsMaxAge))
	prune(0, 0)
	p.clock.pass(time.Microsecond)
	prune(1200, 0)
}
