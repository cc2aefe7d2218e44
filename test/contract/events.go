package contract

import (
	"slices"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// newEvent has every field set, and a user whom no other event names.
func newEvent(at time.Time) domain.Event {
	return domain.Event{
		ID: random(), Kind: domain.EventTokenReused, At: at, UserID: random(), SessionID: random(),
		Reason: domain.ReasonReuseStale, Client: domain.Client{Address: "2001:db8::7", UserAgent: `Navegação/1.0 ("q")`},
		Attempted: "somebody-" + random() + "@example.com", Detail: "kid-1", Count: 3,
	}
}

func eventStore(t *testing.T, storage Storage) {
	on := func(test func(stage)) func(*testing.T) {
		return func(t *testing.T) { test(on(t, storage)) }
	}
	t.Run("an event is kept with everything in it", on(stage.eventsAreKept))
	t.Run("an event that is added again is left as it is", on(stage.eventsAreKeptOnce))
	t.Run("List is newest first, and no longer than asked", on(stage.eventsAreListed))
	t.Run("List goes by user, by attempted address, or by either", on(stage.eventsAreFiltered))
	t.Run("Forget takes out what tells whose an event is", on(stage.forgottenEvents))
	t.Run("Prune deletes the oldest, a page at a time", on(stage.prunedEvents))
}

func (s stage) addEvents(events ...domain.Event) {
	s.t.Helper()
	s.ok(s.Events.Add(s.ctx, events), "add events")
}

func (s stage) listsEvents(f domain.EventFilter, limit int, want ...domain.Event) {
	s.t.Helper()
	got, err := s.Events.List(s.ctx, f, limit)
	s.ok(err, "list events")
	if !slices.Equal(got, want) {
		s.t.Errorf("with %+v the events are\n%+v, want\n%+v", f, got, want)
	}
}

func (s stage) eventsAreKept() {
	whole := newEvent(noon)
	bare := domain.Event{ID: random(), Kind: domain.EventLoginRefused, At: noon, UserID: random()}
	s.addEvents(whole, bare)
	s.listsEvents(domain.EventFilter{UserID: whole.UserID}, 10, whole)
	s.listsEvents(domain.EventFilter{UserID: bare.UserID}, 10, bare)
}

func (s stage) eventsAreKeptOnce() {
	first, second := newEvent(noon), newEvent(noon)
	s.addEvents(first)
	again := first
	again.Detail = "another"
	s.addEvents(again, second)
	s.listsEvents(domain.EventFilter{UserID: first.UserID}, 10, first)
	s.listsEvents(domain.EventFilter{UserID: second.UserID}, 10, second)
}

func (s stage) eventsAreListed() {
	user := random()
	var all []domain.Event
	for i := range 5 {
		e := newEvent(noon.Add(time.Duration(i/2) * time.Microsecond))
		e.ID, e.UserID = string(rune('a'+i))+random(), user
		all = append(all, e)
	}
	s.addEvents(all[3], all[0], all[4], all[2], all[1])
	slices.Reverse(all)
	s.listsEvents(domain.EventFilter{UserID: user}, 10, all...)
	s.listsEvents(domain.EventFilter{UserID: user}, 2, all[:2]...)
	s.listsEvents(domain.EventFilter{UserID: user, Since: noon.Add(time.Microsecond)}, 10, all[:3]...)
	got, err := s.Events.List(s.ctx, domain.EventFilter{}, 2)
	s.ok(err, "list events")
	if len(got) != 2 {
		s.t.Errorf("without a filter a page of two has %d events", len(got))
	}
}

func (s stage) eventsAreFiltered() {
	ofUser, ofAddress, ofNobody := newEvent(noon), newEvent(noon.Add(time.Second)), newEvent(noon)
	ofUser.Attempted, ofAddress.UserID, ofNobody.UserID, ofNobody.Attempted = "", "", "", ""
	s.addEvents(ofUser, ofAddress, ofNobody)
	s.listsEvents(domain.EventFilter{UserID: ofUser.UserID}, 10, ofUser)
	s.listsEvents(domain.EventFilter{Attempted: ofAddress.Attempted}, 10, ofAddress)
	s.listsEvents(domain.EventFilter{UserID: ofUser.UserID, Attempted: ofAddress.Attempted}, 10, ofAddress, ofUser)
	s.listsEvents(domain.EventFilter{UserID: random(), Attempted: random()}, 10)
}

func (s stage) forgottenEvents() {
	his, tried, other := newEvent(noon), newEvent(noon), newEvent(noon)
	s.addEvents(his, tried, other)
	s.ok(s.Events.Forget(s.ctx, his.UserID, tried.Attempted), "forget")
	his.Client.UserAgent, tried.Attempted = "", ""
	s.listsEvents(domain.EventFilter{UserID: his.UserID}, 10, his)
	s.listsEvents(domain.EventFilter{UserID: tried.UserID}, 10, tried)
	s.listsEvents(domain.EventFilter{UserID: other.UserID}, 10, other)

	nobodys := newEvent(noon)
	nobodys.UserID = ""
	s.addEvents(nobodys)
	s.ok(s.Events.Forget(s.ctx, "", ""), "forget nobody")
	s.listsEvents(domain.EventFilter{Attempted: nobodys.Attempted}, 10, nobodys)
}

func (s stage) prunedEvents() {
	// Long before what other tests keep.
	before := noon.AddDate(-10, 0, 0)
	oldest, old, kept := newEvent(before.Add(-time.Second)), newEvent(before.Add(-time.Microsecond)), newEvent(before)
	s.addEvents(old, kept, oldest)
	prune := func(want int) {
		s.t.Helper()
		n, err := s.Events.Prune(s.ctx, before, 1)
		s.ok(err, "prune events")
		if n != want {
			s.t.Errorf("a page of one deleted %d, want %d", n, want)
		}
	}
	prune(1)
	s.listsEvents(domain.EventFilter{UserID: oldest.UserID}, 10)
	s.listsEvents(domain.EventFilter{UserID: old.UserID}, 10, old)
	prune(1)
	prune(0)
	s.listsEvents(domain.EventFilter{UserID: old.UserID}, 10)
	s.listsEvents(domain.EventFilter{UserID: kept.UserID}, 10, kept)
}
