package otel

import (
	"context"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Report is told once when traces cannot be sent any more, and once, with nil, when they can again.
type Report func(err error)

// exporter sends spans as they may be seen by others. The batches that it is handed come one after the other.
type exporter struct {
	sdktrace.SpanExporter
	report  Report
	failing bool
}

// ExportSpans implements sdktrace.SpanExporter. It never fails: a failure is reported here, and what could not be sent is
// lost.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	all := make([]sdktrace.ReadOnlySpan, len(spans))
	for i, s := range spans {
		all[i] = plain{s}
	}
	err := e.SpanExporter.ExportSpans(ctx, all)
	if failing := err != nil; failing != e.failing {
		e.failing = failing
		e.report(err)
	}
	return nil
}
