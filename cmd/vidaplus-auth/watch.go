package main

import (
	"context"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/argon2"
	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/adapters/otel"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// watch tells the meter whom to ask for what stands at this moment.
func watch(ctx context.Context, life fx.Lifecycle, m *metrics.Meter, e gormstore.Engine, hasher *argon2.PasswordHasher,
	now ports.Clock, end *ending,
) {
	m.WatchConnections(func() metrics.Connections { return metrics.Connections(e.Pool()) })
	m.WatchHashes(hasher.Load)
	if e.CountLive == nil {
		return
	}
	ctx, stop := context.WithCancel(ctx)
	wait := m.WatchSessions(func() (int, error) { return e.LiveSessions(ctx) }, now)
	life.Append(fx.StopHook(end.part("counting sessions", func(last context.Context) {
		stop()
		awaited(last, wait)
	})))
}

// flushTraces sends the last traces when everything else has ended.
func flushTraces(life fx.Lifecycle, traces *otel.Traces, end *ending) {
	life.Append(fx.StopHook(end.part("sending traces", traces.Stop)))
}

func programVersion(b metrics.Build) otel.Version { return otel.Version(b.Version) }

// maxReported bounds what is written of an error in which a collector had its say, in characters.
const maxReported = 300

// reportTraces writes once when traces begin to get lost, and once when that ends.
func reportTraces(log *zap.Logger) otel.Report {
	return func(err error) {
		if err == nil {
			log.Info("traces can be sent again")
			return
		}
		log.Warn("traces cannot be sent", zap.String("error", domain.CleanedText(err.Error(), maxReported)))
	}
}
