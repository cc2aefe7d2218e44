package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// KeepHouse deletes what no request does and nobody needs any more, in one replica at a time. It is to be done again and
// again while the process runs, about every hour.
type KeepHouse struct {
	turn     ports.Turn
	sessions *PruneSessions
	records  *PruneRecords
}

// NewKeepHouse returns the use case.
func NewKeepHouse(turn ports.Turn, sessions *PruneSessions, records *PruneRecords) *KeepHouse {
	return &KeepHouse{turn: turn, sessions: sessions, records: records}
}

// Pruned says how many of each were deleted.
type Pruned struct{ Sessions, Events, Attempts int }

// Do deletes expired sessions, old events and attempts that matter no more, and returns how many, also beside an error:
// what fails of one keeps nothing of the others. It does nothing and returns false at once while another replica is at it.
func (k *KeepHouse) Do(ctx context.Context) (p Pruned, taken bool, err error) {
	taken, err = k.turn.Take(ctx, func(ctx context.Context) error {
		var sessions, records error
		p.Sessions, sessions = k.sessions.Do(ctx)
		p.Events, p.Attempts, records = k.records.Do(ctx)
		return errors.Join(sessions, records)
	})
	if err != nil {
		return p, taken, fmt.Errorf("keep house: %w", err)
	}
	return p, taken, nil
}
