package application

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

const (
	// maxUnanswered bounds the memory that an outage can take: about 200 bytes each. Past it tokens are not
	// remembered, and the grace alone protects their holders.
	maxUnanswered = 100_000
	// minRetryWindow is how long after the store answers again a client has to come back, where the grace is shorter.
	minRetryWindow = 5 * time.Second
)

// Unanswered remembers the tokens whose holders were told to come again because the store gave no answer to their
// refresh. The rotation may have taken place all the same, and then the token they still hold is a replaced one. When
// such a token comes again it is judged as of its first try, and once the store answers, Settle makes the grace of the
// replaced token begin then, for all replicas to see.
type Unanswered struct {
	sessions ports.SessionStore
	policy   domain.Policy
	clock    ports.Clock

	mu    sync.Mutex
	tries map[domain.TokenID]unansweredTry
}

type unansweredTry struct {
	sessionID string
	// first is when the token was first presented: the earliest instant, should the clock go back.
	first time.Time
	count int
	// settled is when the store said how the session stands, zero before.
	settled time.Time
}

// NewUnanswered returns an empty memory.
func NewUnanswered(sessions ports.SessionStore, policy domain.Policy, clock ports.Clock) *Unanswered {
	return &Unanswered{
		sessions: sessions, policy: policy, clock: clock, tries: make(map[domain.TokenID]unansweredTry),
	}
}

// note remembers that p got no answer.
func (u *Unanswered) note(p Presented) {
	u.mu.Lock()
	defer u.mu.Unlock()
	try, known := u.tries[p.ID]
	if !known || u.over(try, p.At) {
		try = unansweredTry{sessionID: p.SessionID, first: p.At}
	}
	if p.At.Before(try.first) {
		try.first = p.At
	}
	try.settled = time.Time{}
	try.count++
	if known || len(u.tries) < maxUnanswered {
		u.tries[p.ID] = try
	}
}

// since returns when p was first tried without an answer, or zero.
func (u *Unanswered) since(p Presented) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	try, known := u.tries[p.ID]
	if !known || u.over(try, p.At) {
		return time.Time{}
	}
	return try.first
}

// over reports whether the store answered so long ago that a client that came back as told would have come.
func (u *Unanswered) over(try unansweredTry, at time.Time) bool {
	return !try.settled.IsZero() && !at.Before(try.settled.Add(max(u.policy.RefreshGrace, minRetryWindow)))
}

// Settle asks the store how the sessions of all unanswered tokens stand, and restarts the grace of those tokens
// that were replaced. It stops at the first that the store does not answer, to be called again soon: the error is
// domain.ErrUnavailable then.
func (u *Unanswered) Settle(ctx context.Context) error {
	for id, try := range u.unsettled(u.clock()) {
		if err := u.settle(ctx, id, try); err != nil {
			return fmt.Errorf("settle unanswered refreshes: %w", err)
		}
	}
	return nil
}

func (u *Unanswered) settle(ctx context.Context, id domain.TokenID, try unansweredTry) error {
	state, err := u.sessions.Find(ctx, try.sessionID)
	at := u.clock()
	switch {
	case errors.Is(err, domain.ErrSessionUnknown):
	case err != nil:
		return err
	case id == state.Replaced && u.policy.Judge(state, id, at, try.first) == domain.Replayed:
		if err := u.sessions.RestartGrace(ctx, try.sessionID, id, at); err != nil {
			return err
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	// A statement that the store has not begun yet may still rotate the session, so the token is remembered a while. A
	// try that came while the store was asked is not settled: it may have taken place since.
	if u.tries[id] == try {
		try.settled = at
		u.tries[id] = try
	}
	return nil
}

// unsettled returns the tries whose outcome is not known yet, and forgets those that are over.
func (u *Unanswered) unsettled(at time.Time) map[domain.TokenID]unansweredTry {
	u.mu.Lock()
	defer u.mu.Unlock()
	open := make(map[domain.TokenID]unansweredTry)
	for id, try := range u.tries {
		switch {
		case u.over(try, at):
			delete(u.tries, id)
		case try.settled.IsZero():
			open[id] = try
		}
	}
	return open
}
