package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// EventQuery says which events an operator wants to see. Empty fields leave everything in.
type EventQuery struct {
	// Who is an e-mail address, or the id of a user who may be gone.
	Who   string
	Since time.Time
	// Last, unless it is 0, means the time from so long ago until now.
	Last  time.Duration
	Limit int
}

// ListEvents lets an operator look into what happened.
type ListEvents struct {
	users  ports.UserStore
	events ports.EventStore
	clock  ports.Clock
}

// NewListEvents returns the use case.
func NewListEvents(users ports.UserStore, events ports.EventStore, clock ports.Clock) *ListEvents {
	return &ListEvents{users: users, events: events, clock: clock}
}

// Do returns up to q.Limit events, newest first, and whether there are more. An address that is nobody's means the attempts to
// log in with it.
func (l *ListEvents) Do(ctx context.Context, q EventQuery) (events []domain.Event, more bool, err error) {
	filter := domain.EventFilter{Since: q.Since}
	if q.Last > 0 {
		filter.Since = l.clock().Add(-q.Last)
	}
	if q.Who != "" {
		user, err := findUser(ctx, l.users, q.Who)
		switch {
		case errors.Is(err, domain.ErrUserUnknown) && !domain.CleanText(q.Who, domain.MaxEmailLength):
			return nil, false, nil
		case errors.Is(err, domain.ErrUserUnknown):
			filter.UserID = q.Who
		case err != nil:
			return nil, false, err
		default:
			filter.UserID = user.ID
		}
		filter.Attempted = domain.AttemptedEmail(q.Who)
	}
	if events, err = l.events.List(ctx, filter, q.Limit+1); err != nil {
		return nil, false, fmt.Errorf("list events: %w", err)
	}
	return events[:min(len(events), q.Limit)], len(events) > q.Limit, nil
}
