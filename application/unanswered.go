package application

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	// maxUnanswered bounds the memory that an outage can take: about 200 bytes each. Past it single tokens are not
	// remembered, and the outage itself, which is, protects their holders.
	maxUnanswered = 100_000
	// minRetryWindow is how long after the store answers again a client has to come back, where the grace is shorter.
	minRetryWindow = 5 * time.Second
)

// Unanswered remembers what this process could not answer because the store did not: the tokens whose holders were told
// to come again, and since when the store has been away. The rotation that was asked for may have taken place all the
// same, here or on another replica, and then the token that the client still holds is a replaced one. Until the
// store has been back for as long as a client needs to come again, such a token is judged as of then.
type Unanswered struct {
	window time.Duration

	mu     sync.Mutex
	tries  map[domain.TokenID]unansweredTry
	outage outage
}

// outage is the last time in which the store did not answer. One that begins before the one before is over goes on.
type outage struct{ began, ended time.Time }

type unansweredTry struct {
	id        domain.TokenID
	sessionID string
	// first is when the token was first presented: the earliest instant, should the clock go back.
	first time.Time
	count int
	// settled is when the store said how the session stands, zero before.
	settled time.Time
}

// NewUnanswered returns an empty memory.
func NewUnanswered(policy domain.Policy) *Unanswered {
	return &Unanswered{
		window: max(policy.RefreshGrace, minRetryWindow),
		tries:  make(map[domain.TokenID]unansweredTry),
	}
}

// note remembers that p got no answer.
func (u *Unanswered) note(p Presented) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.away(p.At)
	try, known := u.tries[p.ID]
	if !known || u.over(try.settled, p.At) {
		try = unansweredTry{id: p.ID, sessionID: p.SessionID, first: p.At}
	}
	try.first = earlier(try.first, p.At)
	try.settled = time.Time{}
	try.count++
	if known || len(u.tries) < maxUnanswered {
		u.tries[p.ID] = try
	}
}

// down remembers that the store did not answer at `at`.
func (u *Unanswered) down(at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.away(at)
}

func (u *Unanswered) away(at time.Time) {
	if u.outage.began.IsZero() || u.over(u.outage.ended, at) {
		u.outage.began = at
	}
	u.outage.began, u.outage.ended = earlier(u.outage.began, at), time.Time{}
}

// up remembers that the store answered at `at`.
func (u *Unanswered) up(at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.outage.began.IsZero() && u.outage.ended.IsZero() {
		u.outage.ended = at
	}
}

// since returns as of when p is judged: the first instant at which it, or anybody, got no answer, or zero.
func (u *Unanswered) since(p Presented) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	var since time.Time
	if try, known := u.tries[p.ID]; known && !u.over(try.settled, p.At) {
		since = try.first
	}
	if !u.outage.began.IsZero() && !u.over(u.outage.ended, p.At) {
		since = earlier(since, u.outage.began)
	}
	return since
}

// over reports whether the store answered so long ago that a client that came back as told would have come.
func (u *Unanswered) over(answered, at time.Time) bool {
	return !answered.IsZero() && !at.Before(answered.Add(u.window))
}

// unsettled returns the tries whose outcome is not known yet, oldest first, and forgets those that are over.
func (u *Unanswered) unsettled(at time.Time) []unansweredTry {
	u.mu.Lock()
	defer u.mu.Unlock()
	var open []unansweredTry
	for id, try := range u.tries {
		switch {
		case u.over(try.settled, at):
			delete(u.tries, id)
		case try.settled.IsZero():
			open = append(open, try)
		}
	}
	slices.SortFunc(open, func(a, b unansweredTry) int {
		return cmp.Or(a.first.Compare(b.first), cmp.Compare(a.id, b.id))
	})
	return open
}

// settled remembers that the store said at `at` how try stands. A statement that the store has not begun yet may still
// rotate the session, so the token is remembered a while. A try that came while the store was asked is not settled: it
// may have taken place since.
func (u *Unanswered) settled(try unansweredTry, at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.tries[try.id] == try {
		try.settled = at
		u.tries[try.id] = try
	}
}

// earlier returns the earlier of two instants; a zero one is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
