package memory

import (
	"context"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// kept is a tally with the instant until which it is kept.
type kept struct {
	domain.Tally
	until time.Time
}

// AttemptStore implements ports.AttemptStore.
type AttemptStore struct{ *Storage }

// NewAttemptStore returns the attempts of a storage.
func NewAttemptStore(s *Storage) AttemptStore { return AttemptStore{s} }

// Find implements ports.AttemptStore.
func (s AttemptStore) Find(_ context.Context, a domain.Attempt) (domain.Tallies, error) {
	defer s.locked()()
	return s.tallies(a), nil
}

func (s *Storage) tallies(a domain.Attempt) domain.Tallies {
	return domain.Tallies{
		Account: s.attempts[domain.Attempt{Account: a.Account}].Tally,
		Address: s.attempts[domain.Attempt{Network: a.Network}].Tally,
		Device:  s.attempts[a].Tally,
	}
}

// Update implements ports.AttemptStore.
func (s AttemptStore) Update(_ context.Context, a domain.Attempt, keep func(domain.Tally) time.Time,
	change func(domain.Tallies) (domain.Tallies, error),
) error {
	defer s.locked()()
	next, err := change(s.tallies(a))
	if err != nil {
		return err
	}
	for of, tally := range map[domain.Attempt]domain.Tally{
		{Account: a.Account}: next.Account, {Network: a.Network}: next.Address, a: next.Device,
	} {
		if tally == (domain.Tally{}) {
			delete(s.attempts, of)
		} else {
			s.attempts[of] = kept{tally, keep(tally)}
		}
	}
	return nil
}

// Unlock implements ports.AttemptStore.
func (s AttemptStore) Unlock(_ context.Context, account string) error {
	defer s.locked()()
	for of, tally := range s.attempts {
		if of.Account == account {
			tally.Failures, tally.Strikes = 0, 0
			s.attempts[of] = tally
		}
	}
	return nil
}

// Forget implements ports.AttemptStore.
func (s AttemptStore) Forget(_ context.Context, account string) error {
	defer s.locked()()
	for of := range s.attempts {
		if of.Account == account {
			delete(s.attempts, of)
		}
	}
	return nil
}

// Prune implements ports.AttemptStore.
func (s AttemptStore) Prune(_ context.Context, at time.Time, limit int) (int, error) {
	defer s.locked()()
	deleted := 0
	for of, tally := range s.attempts {
		if deleted < limit && tally.until.Before(at) {
			delete(s.attempts, of)
			deleted++
		}
	}
	return deleted, nil
}
