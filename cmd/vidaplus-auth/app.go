package main

import (
	"context"
	"time"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/argon2"
	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/httpapi"
	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/adapters/otel"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/adapters/sqlite"
	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/adapters/zaplog"
	"github.com/vidaplus/vidaplus-auth/adapters/zxcvbn"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// stores is the menu of storage adapters: DATABASE_URL chooses one.
var stores = map[string]fx.Option{
	configs.SQLite:   sqlite.Module,
	configs.Postgres: postgres.Module,
	configs.MySQL:    mysql.Module,
}

// core is the program without anything that drives it. ctx lasts as long as the program.
func core(ctx context.Context, c configs.Config) fx.Option {
	return fx.Options(
		fx.Supply(c, fx.Annotate(ctx, fx.As(new(context.Context)))),
		fx.Provide(configs.Config.Policy, configs.Config.LoginLimits, clients, clock, passwordRules, build, programVersion, reportTraces,
			newEnding),
		fx.Provide(func() ports.UsableHash { return argon2.Usable }, importing),
		argon2.Module, jwtsign.Module, metrics.Module, otel.Module, uuidv7.Module, zaplog.Module, zxcvbn.Module,
		stores[c.Database().Engine], gormstore.Module, fx.Decorate(measured), fx.Decorate(kept),
		fx.Provide(
			application.NewMint, application.NewPasswordGuard, application.NewLogin, application.NewPresent,
			application.NewRefreshToken, application.NewUnanswered, application.NewSettleRefreshes,
			application.NewAuthenticate, application.NewLogout, application.NewShowCaller, application.NewChangePassword,
			application.NewListOwnSessions, application.NewEndOwnSession, application.NewIntrospect, application.NewRevokeToken,
			application.NewAuthenticateClient,
			application.NewAddUser, application.NewListUsers, application.NewShowUser,
			application.NewChangeUser, application.NewUnlockUser, application.NewRemoveUser, application.NewImportUsers, application.NewUnshareUsers,
			application.NewListSessions, application.NewRevokeSessions, application.NewPruneSessions,
			application.NewListEvents, application.NewPruneRecords, application.NewKeepHouse,
			application.NewListKeys, application.NewPublishKeys, application.NewReloadKeys,
		),
		fx.WithLogger(zaplog.FxLogger),
		// Migrations run at the start and may take their time.
		fx.StartTimeout(time.Hour), fx.StopTimeout(c.ShutdownTimeout),
	)
}

// service is the program that serves until it is told to stop.
func service(ctx context.Context, c configs.Config) fx.Option {
	return fx.Options(
		core(ctx, c),
		fx.Provide(
			func(e gormstore.Engine) httpapi.Readiness { return e.Check },
			func(now ports.Clock) httpapi.Clock { return httpapi.Clock(now) },
			func(m *metrics.Meter) httpapi.Meter { return m },
			func(t *otel.Traces) httpapi.Tracing { return httpapi.Tracing{Wrap: t.Wrap} },
			func(e *ending) httpapi.Hurry { return httpapi.Hurry(e.hurry) },
		),
		fx.Provide(newKeyWatch),
		// What is invoked first is stopped last: see ending. fx invokes those of modules before others.
		fx.Module("traces", fx.Invoke(flushTraces)), fx.Module("background", fx.Invoke(watch, houseKeeping)), httpapi.Module,
		fx.Invoke(warn, firstStart, func(life fx.Lifecycle, e *ending) { life.Append(fx.StopHook(e.begin)) }),
	)
}

// operate runs one command on the store, and tells of events that it could not store.
func operate(c configs.Config, more ...fx.Option) cli.Open {
	return func(ctx context.Context, do func(context.Context, cli.Operator) error) error {
		var o cli.Operator
		var end *ending
		var log *zap.Logger
		app := fx.New(core(ctx, c), fx.Options(more...), fx.Populate(
			&end, &log,
			&o.AddUser, &o.ListUsers, &o.ShowUser, &o.ChangeUser, &o.UnlockUser, &o.RemoveUser, &o.ImportUsers,
			&o.UnshareUsers,
			&o.ListSessions, &o.RevokeSessions, &o.PruneSessions, &o.ListEvents,
		))
		err := run(ctx, app, func(ctx context.Context) error { return do(ctx, o) })
		if app.Err() != nil {
			return err
		}
		if n := end.waiting(); n > 0 {
			notStored(log, n, domain.ErrUnavailable)
		}
		return err
	}
}

// measured has the calls and the shared commits of an engine counted, and given up when the program has no time left.
func measured(e gormstore.Engine, m *metrics.Meter, now ports.Clock, end *ending) gormstore.Engine {
	e.Observe, e.ObserveCall, e.Now, e.Hurried = m.ObserveCommit, m.ObserveCall, now, end.hurried
	return e
}

// clients are those that may introspect and revoke tokens.
func clients(c configs.Config) []domain.ClientCredentials { return c.IntrospectionClients }

// passwordRules is for the use cases, and for commands, which judge a password before they open the store.
func passwordRules(list ports.CommonPasswords) domain.PasswordRules {
	return domain.PasswordRules{Common: list.Has}
}
