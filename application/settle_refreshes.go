package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// SettleRefreshes finds out what became of refreshes that got no answer, and whether the store answers at all. It is
// to be done again and again while the process runs, a few times a second.
type SettleRefreshes struct {
	sessions   ports.SessionStore
	unanswered *Unanswered
	policy     domain.Policy
	clock      ports.Clock
}

// NewSettleRefreshes returns the use case.
func NewSettleRefreshes(sessions ports.SessionStore, unanswered *Unanswered, policy domain.Policy, clock ports.Clock,
) *SettleRefreshes {
	return &SettleRefreshes{sessions: sessions, unanswered: unanswered, policy: policy, clock: clock}
}

// nobodys is the id of no session.
const nobodys = "-"

// Do asks the store how the sessions of all unanswered tokens stand, and restarts the grace of those tokens that were
// replaced, for all replicas to see. It stops at the first that the store does not answer: the error is
// domain.ErrUnavailable then. Where there is nothing to settle it asks for a session that does not exist, since also a
// replica that nobody asked has to know of an outage.
func (s *SettleRefreshes) Do(ctx context.Context) error {
	at := s.clock()
	_, err := s.sessions.Find(ctx, nobodys)
	if !errors.Is(err, domain.ErrSessionUnknown) {
		return s.failed(at, err)
	}
	s.unanswered.up(s.clock())
	for _, try := range s.unanswered.unsettled(at) {
		if err := s.settle(ctx, try); err != nil {
			return s.failed(at, err)
		}
	}
	return nil
}

// Open returns of how many unanswered tokens the store has not said yet how they stand.
func (s *SettleRefreshes) Open() int { return len(s.unanswered.unsettled(s.clock())) }

func (s *SettleRefreshes) failed(began time.Time, err error) error {
	if errors.Is(err, domain.ErrUnavailable) {
		s.unanswered.down(began)
	}
	return fmt.Errorf("settle unanswered refreshes: %w", err)
}

func (s *SettleRefreshes) settle(ctx context.Context, try unansweredTry) error {
	state, err := s.sessions.Find(ctx, try.sessionID)
	at := s.clock()
	if err == nil && try.id == state.Replaced && s.policy.Judge(state, try.id, at, try.first) == domain.Replayed {
		err = s.sessions.RestartGrace(ctx, try.sessionID, try.id, at)
	}
	if errors.Is(err, domain.ErrUnavailable) {
		return err
	}
	// Whatever else it said, it answered: asking again would say the same.
	s.unanswered.settled(try, at)
	return nil
}
