package application

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

const (
	// maxWaiting is how many events wait for the store, and eventsAtOnce how many are stored in one step.
	maxWaiting   = 4096
	eventsAtOnce = 100
	// gatherFor is how long an event waits for others, so that a crowd of log-ins makes few commits, and storeAgain how long
	// a store that did not answer is left alone.
	gatherFor  = 100 * time.Millisecond
	storeAgain = time.Second
)

// KeepEvents implements ports.AuditLog: it hands each event to another AuditLog and has it stored soon, by Run. Nobody waits
// for the store, and nothing fails because of it: an event that finds too many waiting, or that the store refuses, is lost
// there and counted. What was not lost waits until it is stored: see Waiting.
type KeepEvents struct {
	log     ports.AuditLog
	store   ports.EventStore
	ids     ports.IDs
	lost    func(n int, why error)
	queue   chan domain.Event
	stopped atomic.Bool
	waiting atomic.Int64
	// batch is being stored. Only Run has it, and after it Flush.
	batch []domain.Event
}

// NewKeepEvents returns a keeper of events. lost is told how many events will never be stored, and why.
func NewKeepEvents(log ports.AuditLog, store ports.EventStore, ids ports.IDs, lost func(n int, why error)) *KeepEvents {
	return &KeepEvents{log: log, store: store, ids: ids, lost: lost, queue: make(chan domain.Event, maxWaiting)}
}

// errTooManyWaiting is why an event is lost that was not even tried to be stored.
var errTooManyWaiting = errors.New("too many events wait for the store")

// Record implements ports.AuditLog.
func (k *KeepEvents) Record(ctx context.Context, e domain.Event) {
	k.log.Record(ctx, e)
	k.waiting.Add(1)
	if k.stopped.Load() {
		return
	}
	e.ID = k.ids.New()
	select {
	case k.queue <- e:
	default:
		k.waiting.Add(-1)
		k.lost(1, errTooManyWaiting)
	}
}

// Waiting returns how many events are neither stored nor lost. At any time, whatever Run and Flush are doing or have not
// come to: those that still wait when the program ends are lost with it, and told to nobody else.
func (k *KeepEvents) Waiting() int { return int(k.waiting.Load()) }

// Run stores events until ctx ends. What is left then is for Flush.
func (k *KeepEvents) Run(ctx context.Context) {
	for {
		select {
		case e := <-k.queue:
			k.batch = append(k.batch, e)
		case <-ctx.Done():
			return
		}
		k.gather(ctx)
		// A store that does not answer is asked again: the events have ids, so that none is stored twice.
		// What is under way is finished although ctx ends.
		for !k.storeBatch(context.WithoutCancel(ctx)) {
			select {
			case <-time.After(storeAgain):
			case <-ctx.Done():
				return
			}
		}
	}
}

// gather fills the batch with what comes soon.
func (k *KeepEvents) gather(ctx context.Context) {
	soon := time.NewTimer(gatherFor)
	defer soon.Stop()
	for len(k.batch) < eventsAtOnce {
		select {
		case e := <-k.queue:
			k.batch = append(k.batch, e)
		case <-soon.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// storeBatch stores the batch, and reports false if it has to be tried again.
func (k *KeepEvents) storeBatch(ctx context.Context) bool {
	err := k.store.Add(ctx, k.batch)
	if errors.Is(err, domain.ErrUnavailable) {
		return false
	}
	if err != nil {
		k.lost(len(k.batch), err)
	}
	k.waiting.Add(-int64(len(k.batch)))
	k.batch = k.batch[:0]
	return true
}

// Flush stores what is left, once Run has returned. It gives up when ctx ends, or at the first step that the store does not
// answer. What it leaves, and what is recorded after it, waits for ever.
func (k *KeepEvents) Flush(ctx context.Context) {
	k.stopped.Store(true)
	for {
		k.drain()
		if len(k.batch) == 0 || ctx.Err() != nil || !k.storeBatch(ctx) {
			return
		}
	}
}

func (k *KeepEvents) drain() {
	for len(k.batch) < eventsAtOnce {
		select {
		case e := <-k.queue:
			k.batch = append(k.batch, e)
		default:
			return
		}
	}
}
