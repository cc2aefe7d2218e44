package zaplog

import (
	"context"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// AuditLog implements ports.AuditLog: a security event is a line of the program's log with the message
// "security event". It is written whatever the log level, which says how talkative the program is and not whether a
// theft is recorded. A line that cannot be written is lost, since there is nowhere left to say so.
type AuditLog struct{ core zapcore.Core }

// NewAuditLog makes an audit log that writes where logger writes.
func NewAuditLog(logger *zap.Logger) AuditLog { return AuditLog{logger.Core()} }

// Record implements ports.AuditLog. The level is warn for a reused token and a weak setting, and info for everything else. The context is
// not looked at: a caller who hangs up must not save what he did from being recorded.
func (a AuditLog) Record(_ context.Context, e domain.Event) {
	level := zap.InfoLevel
	if e.Kind.Outcome() == domain.OutcomeDetected {
		level = zap.WarnLevel
	}
	// Writing to the core itself passes by the level.
	_ = a.core.Write(zapcore.Entry{Level: level, Time: e.At, Message: "security event"}, fields(e))
}

// fields leaves out what is empty. The event's instant is given in full, beside the line's own in milliseconds.
func fields(e domain.Event) []zap.Field {
	var all []zap.Field
	text := func(name, value string) {
		if value != "" {
			all = append(all, zap.String(name, value))
		}
	}
	text("event", string(e.Kind))
	if e.Kind != "" {
		text("outcome", e.Kind.Outcome())
	}
	if !e.At.IsZero() {
		text("at", e.At.UTC().Format(microseconds))
	}
	text("user_id", e.UserID)
	text("session_id", e.SessionID)
	text("reason", string(e.Reason))
	text("attempted", e.Attempted)
	text("detail", e.Detail)
	text("ip", e.Client.Address)
	text("user_agent", e.Client.UserAgent)
	if e.Count != 0 {
		all = append(all, zap.Int("count", e.Count))
	}
	return all
}

// microseconds is RFC 3339 to the resolution of ports.Clock.
const microseconds = "2006-01-02T15:04:05.000000Z07:00"
