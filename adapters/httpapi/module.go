package httpapi

import (
	"context"
	"time"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// Module serves the API while the program runs, and the metrics apart from it if they have an address. It needs a
// Readiness, a Clock, a Meter, a Tracing and a Hurry besides the use cases.
var Module = fx.Module("httpapi",
	fx.Provide(settings, useCases, NewAPI, newServer, newMetricsServer),
	// Before the API, so that it stops after it: how a drain goes can be watched.
	fx.Invoke(func(life fx.Lifecycle, server *MetricsServer, s Settings) {
		if s.MetricsAddress != "" {
			life.Append(fx.StartStopHook(server.Start, server.Stop))
		}
	}),
	fx.Invoke(serving),
)

// serving starts the server with the program, and drains it within the time that the operator gives.
func serving(life fx.Lifecycle, server *Server, c configs.Config) {
	life.Append(fx.Hook{OnStart: server.Start, OnStop: func(ctx context.Context) error {
		requests, _ := drainTime(c)
		ctx, cancel := context.WithTimeout(ctx, requests)
		defer cancel()
		return server.Stop(ctx)
	}})
}

// drainTime divides what a stop has, SHUTDOWN_TIMEOUT: a quarter of what is left after the delay is kept. One half of that is
// for the last answers to requests that run even then, the other for what comes after them.
func drainTime(c configs.Config) (requests, last time.Duration) {
	rest := c.ShutdownTimeout - c.DrainDelay
	if rest <= 0 {
		rest = c.ShutdownTimeout
	}
	return c.ShutdownTimeout - rest/4, rest / 8
}

// storeCalls is how many calls of the store one request may wait for, one after the other: a revocation that takes in
// both its bearer and another untracked token.
const storeCalls = 7

func settings(c configs.Config) Settings {
	s := DefaultSettings()
	s.Address, s.MetricsAddress = c.HTTPAddr, c.MetricsAddr
	s.MaxConnections = maxConnections(openFiles(), c.DatabaseMaxConns)
	s.CertFile, s.KeyFile = c.TLSCertFile, c.TLSKeyFile
	s.TrustedProxies = c.TrustedProxies
	s.Issuer = c.Issuer
	s.Origins, s.Cookie = c.CORSAllowedOrigins, c.TokenCookie == "on"
	s.DrainDelay = c.DrainDelay
	_, s.LastAnswers = drainTime(c)
	s.RetryAfter = RetryAfter(c.RefreshGrace)
	s.ReadyTimeout = max(s.ReadyTimeout, c.StoreTimeout)
	s.WriteTimeout += storeCalls * c.StoreTimeout
	return s
}

func useCases(login *application.Login, refresh *application.RefreshToken, logout *application.Logout,
	caller *application.ShowCaller, password *application.ChangePassword, sessions *application.ListOwnSessions,
	end *application.EndOwnSession, asker *application.AuthenticateClient, introspect *application.Introspect,
	revoke *application.RevokeToken, authenticate *application.Authenticate, keys *application.PublishKeys,
) UseCases {
	return UseCases{
		Login: login, RefreshToken: refresh, Logout: logout, ShowCaller: caller, ChangePassword: password,
		ListOwnSessions: sessions, EndOwnSession: end,
		AuthenticateClient: asker, Introspect: introspect, RevokeToken: revoke,
		Authenticate: authenticate, PublishKeys: keys,
	}
}

// Hurry is called when requests run that have to be broken off: whatever they wait for is to be given up.
type Hurry func()

func newServer(api *API, tracing Tracing, hurry Hurry, log *zap.Logger, s Settings, shutdown fx.Shutdowner) *Server {
	server := NewServer(api, log, s, func(error) { _ = shutdown.Shutdown(fx.ExitCode(1)) })
	server.hurry = hurry
	server.http.Handler = tracing.Wrap(api, isProbe)
	return server
}

func newMetricsServer(meter Meter, log *zap.Logger, s Settings, shutdown fx.Shutdowner) *MetricsServer {
	return NewMetricsServer(meter, log, s, func(error) { _ = shutdown.Shutdown(fx.ExitCode(1)) })
}
