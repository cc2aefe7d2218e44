package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// EventStore implements ports.EventStore.
type EventStore struct{ *Storage }

// NewEventStore returns the events of a storage.
func NewEventStore(s *Storage) EventStore { return EventStore{s} }

// Add implements ports.EventStore.
func (s EventStore) Add(_ context.Context, events []domain.Event) error {
	defer s.locked()()
	for _, e := range events {
		if _, stored := s.events[e.ID]; !stored {
			s.events[e.ID] = e
		}
	}
	return nil
}

// List implements ports.EventStore.
func (s EventStore) List(_ context.Context, f domain.EventFilter, limit int) ([]domain.Event, error) {
	defer s.locked()()
	all := s.sortedEvents(f.Matches)
	slices.Reverse(all)
	return all[:min(limit, len(all))], nil
}

// sortedEvents returns the events that match, the oldest first.
func (s *Storage) sortedEvents(match func(domain.Event) bool) []domain.Event {
	var all []domain.Event
	for _, e := range s.events {
		if match(e) {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b domain.Event) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return all
}

// Forget implements ports.EventStore.
func (s EventStore) Forget(_ context.Context, userID, attempted string) error {
	defer s.locked()()
	for id, e := range s.events {
		if e.UserID == userID && userID != "" {
			e.Client.UserAgent = ""
		}
		if e.Attempted == attempted {
			e.Attempted = ""
		}
		s.events[id] = e
	}
	return nil
}

// Prune implements ports.EventStore.
func (s EventStore) Prune(_ context.Context, before time.Time, limit int) (int, error) {
	defer s.locked()()
	old := s.sortedEvents(func(e domain.Event) bool { return e.At.Before(before) })
	old = old[:min(limit, len(old))]
	for _, e := range old {
		delete(s.events, e.ID)
	}
	return len(old), nil
}
