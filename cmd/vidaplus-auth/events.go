package main

import (
	"context"
	"sync"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// kept has security events stored besides being logged. Those that still wait are stored before the store is closed, which
// began earlier and so ends later.
func kept(ctx context.Context, life fx.Lifecycle, c configs.Config, audit ports.AuditLog, store ports.EventStore,
	ids ports.IDs, m *metrics.Meter, end *ending, log *zap.Logger,
) ports.AuditLog {
	keeper := application.NewKeepEvents(audit, store, ids, func(n int, why error) {
		m.LostEvents(n)
		notStored(log, n, why)
	})
	end.waiting = keeper.Waiting
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	life.Append(fx.StartStopHook(func() {
		running.Go(func() { keeper.Run(ctx) })
	}, end.part("storing events", func(last context.Context) {
		stop()
		if !awaited(last, running.Wait) {
			return
		}
		last, cancel := context.WithTimeout(last, c.StoreTimeout)
		defer cancel()
		keeper.Flush(last)
	})))
	return keeper
}

func notStored(log *zap.Logger, events int, why error) {
	log.Error("security events were logged, but are not stored", zap.Int("count", events), zap.String("error", why.Error()))
}

// warn tells what is lawful but weak, once the service has started: a start that fails says only why.
func warn(ctx context.Context, life fx.Lifecycle, c configs.Config, keys *application.ListKeys, audit ports.AuditLog,
	now ports.Clock, log *zap.Logger,
) {
	life.Append(fx.StartHook(func() {
		for _, w := range c.Weaknesses() {
			log.Warn(w.Sentence)
			audit.Record(ctx, domain.Event{Kind: domain.EventWeakSetting, At: now(), Detail: w.Setting})
		}
		warnOfKeys(keys, log)
	}))
}

// unlessPutForward leaves pruning out once when the clock was put forward: by a wrong clock, sessions that live look as if
// they were long over. An hour is enough to put it right, and enough of a delay where it was right to begin with.
func unlessPutForward(s *steady, log *zap.Logger, prune func()) func() {
	return func() {
		if by := s.ahead(); by > domain.MaxIssuedAhead {
			log.Warn("the clock was put forward: nothing is pruned for an hour", zap.Duration("by", by))
			return
		}
		prune()
	}
}
