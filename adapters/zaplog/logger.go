// Package zaplog writes the program's log: structured lines on standard error, one line an entry, and the security
// events among them. No text from outside can break a line, start another or send an escape sequence to the
// terminal of whoever reads it. It masks nothing: a secret stays unreadable by being a domain.Secret.
package zaplog

import (
	"fmt"
	"io"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// rfc3339 has milliseconds always, so that lines stay in columns.
const rfc3339 = "2006-01-02T15:04:05.000Z07:00"

// NewLogger makes a logger that writes entries of the level ("debug", "info", "warn" or "error") and above to out, in
// the format "json" (an object a line) or "console" (for people: columns, then the fields as an object). Times are
// RFC 3339 in UTC. The error says what would be right. An out that gathers lines has them flushed after each but those of
// requests that went well, and a reader of out that stands still holds up whoever logs.
func NewLogger(level, format string, out io.Writer) (*zap.Logger, error) {
	threshold, ok := map[string]zapcore.Level{
		"debug": zap.DebugLevel, "info": zap.InfoLevel, "warn": zap.WarnLevel, "error": zap.ErrorLevel,
	}[level]
	if !ok {
		return nil, fmt.Errorf("log level %q: want debug, info, warn or error", level)
	}
	newEncoder, ok := map[string]func(zapcore.EncoderConfig) zapcore.Encoder{
		"json": zapcore.NewJSONEncoder, "console": zapcore.NewConsoleEncoder,
	}[format]
	if !ok {
		return nil, fmt.Errorf("log format %q: want json or console", format)
	}
	encoder := printableEncoder{newEncoder(columns())}
	return zap.New(prompt{zapcore.NewCore(encoder, zapcore.Lock(zapcore.AddSync(out)), threshold)}), nil
}

func columns() zapcore.EncoderConfig {
	return zapcore.EncoderConfig{
		TimeKey: "time", LevelKey: "level", NameKey: "logger", MessageKey: "message", StacktraceKey: "stack",
		EncodeTime:     func(t time.Time, out zapcore.PrimitiveArrayEncoder) { out.AppendString(t.UTC().Format(rfc3339)) },
		EncodeLevel:    zapcore.LowercaseLevelEncoder,
		EncodeDuration: zapcore.StringDurationEncoder,
	}
}
