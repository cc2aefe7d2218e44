package otel

import (
	"context"
	"sync"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Report is told once when traces cannot be sent any more, and once, with nil, when they can again.
type Report func(err error)

// exporter sends spans as they may be seen by others. The batches that it is handed come one after the other.
type exporter struct {
	sdktrace.SpanExporter
	report Report

	// mu is for the end of the program, which does not wait for a batch that hangs.
	mu      sync.Mutex
	failing bool
}

// ExportSpans implements sdktrace.SpanExporter. It never fails: a failure is reported here, and what could not be sent is
// lost.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	all := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, s := range spans {
		all[i] = plain{s}
	}
	e.tell(e.SpanExporter.ExportSpans(ctx, all))
	return nil
}

// tell reports err, or that there is none, unless the last word was the same.
func (e *exporter) tell(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if failing := err != nil; failing != e.failing {
		e.failing = failing
		e.report(err)
	}
}
