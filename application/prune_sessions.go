package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// PruneSessions deletes sessions that no token can belong to any more.
type PruneSessions struct {
	register ports.SessionRegister
	policy   domain.Policy
	clock    ports.Clock
}

// NewPruneSessions returns the use case.
func NewPruneSessions(register ports.SessionRegister, policy domain.Policy, clock ports.Clock) *PruneSessions {
	return &PruneSessions{register: register, policy: policy, clock: clock}
}

// Do goes through all sessions once and returns how many it deleted.
func (p *PruneSessions) Do(ctx context.Context) (int, error) {
	before := p.policy.PruneBefore(p.clock())
	n, err := throughAll(func(after string) (string, int, error) {
		return p.register.Prune(ctx, before, after, sessionsAtOnce)
	})
	if err != nil {
		return n, fmt.Errorf("prune sessions: %w", err)
	}
	return n, nil
}

// sessionsAtOnce is how many sessions are looked at in one call of the store, so that a rotation never waits long.
const sessionsAtOnce = 500

// throughAll calls page with the last id it returned until that is empty, and adds up what the calls counted.
func throughAll(page func(after string) (last string, n int, err error)) (int, error) {
	total := 0
	for after := ""; ; {
		last, n, err := page(after)
		total += n
		if err != nil || last == "" {
			return total, err
		}
		after = last
	}
}
