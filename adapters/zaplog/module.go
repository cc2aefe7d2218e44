package zaplog

import (
	"os"

	"go.uber.org/fx"
	"go.uber.org/fx/fxevent"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Module provides the *zap.Logger, which writes to standard error, and ports.AuditLog.
var Module = fx.Module("zaplog", fx.Provide(
	func(life fx.Lifecycle, c configs.Config) (*zap.Logger, error) {
		out := newGathering(os.Stderr)
		life.Append(fx.StopHook(out.Stop))
		return NewLogger(c.LogLevel, c.LogFormat, out)
	},
	func(logger *zap.Logger) ports.AuditLog { return NewAuditLog(logger) },
))

// FxLogger makes fx tell what it builds, starts and fails to start at the level debug: whoever runs fx gets the failure
// too, and tells it once. It is an argument for fx.WithLogger.
func FxLogger(logger *zap.Logger) fxevent.Logger {
	bridge := &fxevent.ZapLogger{Logger: logger}
	bridge.UseLogLevel(zap.DebugLevel)
	bridge.UseErrorLevel(zap.DebugLevel)
	return bridge
}
