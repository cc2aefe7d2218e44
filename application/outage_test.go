package application_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// outage is a store that gives no answer while it is down.
type outage struct {
	ports.SessionStore
	down bool
	// takes says whether a rotation that gets no answer happens all the same.
	takes bool
	// unanswered is the last rotation that got no answer.
	unanswered domain.Rotation
	mu         sync.Mutex
	looks      int
	// looked, if not nil, runs after the store has looked a session up, while the caller still waits for it.
	looked func()
}

func (o *outage) Rotate(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	if !o.down {
		return o.SessionStore.Rotate(ctx, r)
	}
	o.unanswered = r
	if o.takes {
		if _, _, err := o.SessionStore.Rotate(ctx, r); err != nil {
			return domain.SessionState{}, false, err
		}
	}
	return domain.SessionState{}, false, errDown
}

func (o *outage) Find(ctx context.Context, id string) (domain.SessionState, error) {
	if o.down {
		return domain.SessionState{}, errDown
	}
	state, err := o.SessionStore.Find(ctx, id)
	if id == "-" {
		// Nobody's session: it is only asked whether the store answers.
		return state, err
	}
	o.mu.Lock()
	o.looks++
	o.mu.Unlock()
	if o.looked != nil {
		o.looked()
	}
	return state, err
}

func (o *outage) RestartGrace(ctx context.Context, id string, replaced domain.TokenID, at time.Time) error {
	if o.down {
		return errDown
	}
	return o.SessionStore.RestartGrace(ctx, id, replaced, at)
}

// counted returns how many sessions were looked up since it was last asked.
func (o *outage) counted() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := o.looks
	o.looks = 0
	return n
}

// before returns a program over a store that can go down, a second replica over the same storage that always reaches
// it, and maria's token.
func before(t *testing.T, alter func(*stage)) (store *outage, p, other *program, token string) {
	t.Helper()
	s := newStage(t)
	alter(s)
	s.added(maria)
	other = s.open()
	store = &outage{SessionStore: s.sessions}
	s.sessions = store
	p = s.open()
	return store, p, other, other.loggedIn()
}

func asItIs(*stage) {}

// lost presents the token while the store is down: the rotation takes place, and its answer does not arrive.
func (o *outage) lost(p *program, token string) {
	p.t.Helper()
	o.down, o.takes = true, true
	p.refused(token, domain.ErrUnavailable)
	o.down, o.takes = false, false
}

// unheard presents the token while the store is down, and nothing takes place.
func (o *outage) unheard(p *program, token string) {
	p.t.Helper()
	o.down = true
	p.refused(token, domain.ErrUnavailable)
	o.down = false
}
