package otel

import (
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// sent are the attributes that leave the service, by the kind of their span: words of the program and of its operator
// alone. All others stay, whatever a library adds one day: addresses, user agents, paths, the name of the host that was
// asked for, made-up methods, and sizes of bodies, since that of a log-in tells how long a password is.
var sent = map[trace.SpanKind]map[attribute.Key]bool{
	trace.SpanKindServer: {
		"http.request.method": true, "http.route": true, "http.response.status_code": true,
		"url.scheme": true, "network.protocol.version": true,
	},
	// db.query.text has placeholders: otelpgx is never asked for the parameters.
	trace.SpanKindClient: {
		"db.system.name": true, "db.namespace": true, "db.operation.name": true, "db.query.text": true,
		"server.address": true, "server.port": true, "pgx.rows_affected": true, "pgx.sql_state": true,
	},
}

// plain is a span as it leaves the service.
type plain struct{ sdktrace.ReadOnlySpan }

// Attributes returns those that may be sent.
func (p plain) Attributes() []attribute.KeyValue {
	allowed := sent[p.SpanKind()]
	var all []attribute.KeyValue
	for _, a := range p.ReadOnlySpan.Attributes() {
		if allowed[a.Key] {
			all = append(all, a)
		}
	}
	return all
}

// Events returns none: those of an error hold its text, in which PostgreSQL quotes values.
func (p plain) Events() []sdktrace.Event { return nil }

// Status returns whether something failed, without the error's text.
func (p plain) Status() sdktrace.Status { return sdktrace.Status{Code: p.ReadOnlySpan.Status().Code} }

// Links returns the traces that senders say their requests belong to.
func (p plain) Links() []sdktrace.Link {
	var all []sdktrace.Link
	for _, l := range p.ReadOnlySpan.Links() {
		all = append(all, sdktrace.Link{SpanContext: stateless(l.SpanContext)})
	}
	return all
}

// SpanContext is without the tracestate, which a client may fill with anything.
func (p plain) SpanContext() trace.SpanContext { return stateless(p.ReadOnlySpan.SpanContext()) }

// Parent is without the tracestate too.
func (p plain) Parent() trace.SpanContext { return stateless(p.ReadOnlySpan.Parent()) }

func stateless(c trace.SpanContext) trace.SpanContext { return c.WithTraceState(trace.TraceState{}) }
