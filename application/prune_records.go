package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// PruneRecords deletes events that are old enough, and what is remembered of attempts that matter no more.
type PruneRecords struct {
	events   ports.EventStore
	attempts ports.AttemptStore
	policy   domain.Policy
	clock    ports.Clock
}

// NewPruneRecords returns the use case.
func NewPruneRecords(events ports.EventStore, attempts ports.AttemptStore, policy domain.Policy, clock ports.Clock) *PruneRecords {
	return &PruneRecords{events: events, attempts: attempts, policy: policy, clock: clock}
}

// Do returns how many of each it deleted, also beside an error.
func (p *PruneRecords) Do(ctx context.Context) (events, attempts int, err error) {
	at := p.clock()
	attempts, err = pageByPage(func() (int, error) { return p.attempts.Prune(ctx, at, recordsAtOnce) })
	if err != nil {
		return 0, attempts, fmt.Errorf("prune attempts: %w", err)
	}
	events, err = pageByPage(func() (int, error) {
		return p.events.Prune(ctx, at.Add(-p.policy.EventsMaxAge), recordsAtOnce)
	})
	if err != nil {
		return events, attempts, fmt.Errorf("prune events: %w", err)
	}
	return events, attempts, nil
}

// recordsAtOnce is how many rows are deleted in one call of the store, so that a rotation never waits long.
const recordsAtOnce = 500

// pageByPage calls delete until it has nothing left to delete, and adds up what it deleted.
func pageByPage(deletePage func() (int, error)) (int, error) {
	for total := 0; ; {
		n, err := deletePage()
		if total += n; err != nil || n < recordsAtOnce {
			return total, err
		}
	}
}
