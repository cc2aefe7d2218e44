package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Authenticate says whose session a presented token belongs to, for whatever is not a refresh. It never rotates, and a
// token that is too old ends nothing.
type Authenticate struct {
	present    *Present
	sessions   ports.SessionStore
	unanswered *Unanswered
	policy     domain.Policy
}

// NewAuthenticate returns the use case.
func NewAuthenticate(present *Present, sessions ports.SessionStore, unanswered *Unanswered, policy domain.Policy,
) *Authenticate {
	return &Authenticate{present: present, sessions: sessions, unanswered: unanswered, policy: policy}
}

// Caller is whoever bears a good token: the state of its session, and the token.
type Caller struct {
	domain.SessionState
	Token Presented
}

// Do returns whose session it is of which raw is the current token, or the one just replaced within the grace. The
// store is asked each time, so that a revocation counts at once on every replica. Everything else is refused: besides
// what Present.Do returns with domain.ErrSessionUnknown, domain.ErrSessionEnded, domain.ErrTokenExpired or
// domain.ErrTokenReplaced.
func (a *Authenticate) Do(ctx context.Context, raw string, client domain.Client) (Caller, error) {
	p, err := a.present.Do(ctx, raw, client)
	if err != nil {
		return Caller{}, err
	}
	state, err := a.sessions.Find(ctx, p.SessionID)
	if err != nil {
		return Caller{}, fmt.Errorf("find a session: %w", err)
	}
	switch a.policy.Judge(state, p.ID, p.At, a.unanswered.since(p)) {
	case domain.Current, domain.Replayed:
		return Caller{state, p}, nil
	case domain.Expired:
		return Caller{}, domain.ErrTokenExpired
	case domain.Reused:
		return Caller{}, domain.ErrTokenReplaced
	default:
		return Caller{}, domain.ErrSessionEnded
	}
}
