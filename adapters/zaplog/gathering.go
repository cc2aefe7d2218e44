package zaplog

import (
	"io"
	"time"

	"go.uber.org/zap/zapcore"
)

const (
	// gathered is how many bytes of lines are written at once.
	gathered = 64 << 10
	// gatheredFor is how long a line waits for others at most, and so how much of the access log a crash can take away.
	gatheredFor = 50 * time.Millisecond
)

// newGathering returns a writer to out that gathers lines: to write each line of the access log by itself took a tenth
// of a busy service's time. It has to be stopped.
func newGathering(out io.Writer) *zapcore.BufferedWriteSyncer {
	// Not a Syncer, were it a file: its Sync would wait for the disk.
	plain := struct{ io.Writer }{out}
	return &zapcore.BufferedWriteSyncer{WS: zapcore.AddSync(plain), Size: gathered, FlushInterval: gatheredFor}
}

// Access is the message of a line of the access log, as httpapi writes it.
const Access = "request"

// prompt flushes every line but those of requests that went well: nothing else comes in crowds.
type prompt struct{ zapcore.Core }

// With keeps a logger's children prompt.
func (p prompt) With(fields []zapcore.Field) zapcore.Core { return prompt{p.Core.With(fields)} }

// Check has the entry written by p.
func (p prompt) Check(e zapcore.Entry, to *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if p.Enabled(e.Level) {
		return to.AddCore(e, p)
	}
	return to
}

// Write writes an entry.
func (p prompt) Write(e zapcore.Entry, fields []zapcore.Field) error {
	err := p.Core.Write(e, fields)
	if e.Message == Access && e.Level <= zapcore.InfoLevel {
		return err
	}
	if flushed := p.Sync(); err == nil {
		err = flushed
	}
	return err
}
