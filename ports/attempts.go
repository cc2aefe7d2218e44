package ports

import (
	"context"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// AttemptStore remembers wrong passwords, for every replica. What they mean is domain.LoginLimits' to say. A method that
// cannot reach the storage returns domain.ErrUnavailable.
type AttemptStore interface {
	// Find returns what is remembered of an attempt, and zero tallies where nothing is. It waits for nobody.
	Find(ctx context.Context, a domain.Attempt) (domain.Tallies, error)

	// Update replaces what is remembered of an attempt by what change makes of it, in one atomic step: of any number of
	// concurrent calls for the same account or the same address each is handed what the one before it left. An error of
	// change is returned, and nothing is changed. change decides from its argument alone, since it may be called again.
	// Each tally is kept until keep says of it.
	Update(ctx context.Context, a domain.Attempt, keep func(domain.Tally) time.Time,
		change func(domain.Tallies) (domain.Tallies, error)) error

	// Unlock forgets the wrong passwords of an account, and the strikes, those of its known devices too. They stay known, and
	// attempts that are being checked keep their places.
	Unlock(ctx context.Context, account string) error

	// Forget removes what is remembered of an account, its known devices too.
	Forget(ctx context.Context, account string) error

	// Prune deletes up to limit tallies that need not be kept at `at` any more, and returns how many it deleted.
	Prune(ctx context.Context, at time.Time, limit int) (int, error)
}
