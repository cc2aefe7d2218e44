package ports

import (
	"context"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// EventStore keeps security events, for those who look into what happened. A method that cannot reach the storage returns
// domain.ErrUnavailable.
type EventStore interface {
	// Add stores all of the events, which have ids, or none. One that is stored already is left as it is, so that repeating
	// a call whose outcome is unknown is safe.
	Add(ctx context.Context, events []domain.Event) error

	// List returns up to limit events that the filter means, newest first, those of one instant by descending id.
	List(ctx context.Context, f domain.EventFilter, limit int) ([]domain.Event, error)

	// Forget takes out of the events what tells whose they are: those of the user lose the User-Agent, and those of the
	// folded address that somebody tried to log in with lose that. The events themselves stay.
	Forget(ctx context.Context, userID, attempted string) error

	// Prune deletes up to limit events from before `before`, the oldest first, and returns how many it deleted.
	Prune(ctx context.Context, before time.Time, limit int) (int, error)
}
