package contract

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// AuditLog checks the promises of ports.AuditLog. open returns an empty log and a function that returns what it has
// recorded so far, so that an adapter cannot pass by keeping nothing. With nothing wrong around it, an
// adapter keeps every event; what it does with one that it must lose is for its own tests.
func AuditLog(t *testing.T, open func(*testing.T) (log ports.AuditLog, recorded func() []domain.Event)) {
	t.Run("an event is recorded with everything in it", func(t *testing.T) {
		log, recorded := open(t)
		for _, e := range events() {
			log.Record(t.Context(), e)
		}
		wantEvents(t, recorded(), events())
	})
	t.Run("a caller who has hung up does not save what he did from being recorded", func(t *testing.T) {
		log, recorded := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		log.Record(ctx, events()[0])
		wantEvents(t, recorded(), events()[:1])
	})
	t.Run("many events at once are each recorded once", func(t *testing.T) {
		log, recorded := open(t)
		var all sync.WaitGroup
		var want []domain.Event
		for range 50 {
			want = append(want, events()...)
			all.Go(func() {
				for _, e := range events() {
					log.Record(t.Context(), e)
				}
			})
		}
		all.Wait()
		wantEvents(t, recorded(), want)
	})
}

// trick breaks the line, looks like an entry, and clears the screen.
var trick = "a\r\n{\"event\":\"user_added\"}\x1b[2J\x00\u009b\u2028" + strings.Repeat("é", 200)

// events returns an event with every field set, one with none, and one whose texts try to look like more events.
func events() []domain.Event {
	at := time.Date(2026, 3, 4, 5, 6, 7, 891_234_000, time.UTC)
	return []domain.Event{
		{
			Kind: domain.EventTokenReused, At: at, UserID: "user-1", SessionID: "session-1", Count: 3,
			Attempted: "nobody@example.com", Detail: "EdDSA kid-1",
			Reason: domain.ReasonReuseStale, Client: domain.Client{Address: "192.0.2.7", UserAgent: `Agent/1.0 (é; "q"; \)`},
		},
		{},
		{
			Kind: domain.EventLoginRefused, At: at.Add(time.Microsecond), Reason: domain.ReasonWrongPassword,
			Client: domain.Client{Address: "::1", UserAgent: trick},
		},
	}
}

func wantEvents(t *testing.T, got, want []domain.Event) {
	t.Helper()
	left := map[domain.Event]int{}
	for _, e := range want {
		left[e]++
	}
	for _, e := range got {
		left[e]--
	}
	for e, n := range left {
		if n != 0 {
			t.Errorf("%d recordings too few (or, below 0, too many) of the event %+v", n, e)
		}
	}
}
