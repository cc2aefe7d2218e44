package gormstore

import (
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// Module provides the stores over the Engine that an engine's module provides.
var Module = fx.Module("gormstore", fx.Provide(
	fx.Annotate(NewSessionStore, fx.As(new(ports.SessionStore))),
	fx.Annotate(NewSessionRegister, fx.As(new(ports.SessionRegister))),
	fx.Annotate(NewUserStore, fx.As(new(ports.UserStore))),
	fx.Annotate(NewUserRegister, fx.As(new(ports.UserRegister))),
	fx.Annotate(NewAccountSharing, fx.As(new(ports.AccountSharing))),
	fx.Annotate(NewAttemptStore, fx.As(new(ports.AttemptStore))),
	fx.Annotate(NewEventStore, fx.As(new(ports.EventStore))),
	fx.Annotate(NewTurn, fx.As(new(ports.Turn))),
	fx.Annotate(NewUserIntake, fx.As(new(ports.UserIntake))),
))
