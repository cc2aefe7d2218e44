// Package otel follows requests through the service, and sends what it saw to a collector, in the words of OpenTelemetry:
// a span for each request and, below it, one for each statement of PostgreSQL. Where no collector is configured nothing is
// put anywhere, so that it costs nothing. It decides nothing, and what it sends says nothing about anybody: see fields.go.
package otel

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
)

// Traces follows requests. Use New.
type Traces struct {
	// provider is nil where traces are off.
	provider *sdktrace.TracerProvider
	out      *exporter
	trusted  []netip.Prefix
}

// Wrap returns a handler that follows every request that next serves, but those for which skip is true: next itself where
// traces are off. next reads the request's trace from the header Traceparent, and says the route in Request.Pattern.
func (t *Traces) Wrap(next http.Handler, skip func(*http.Request) bool) http.Handler {
	if t.provider == nil {
		return next
	}
	return otelhttp.NewHandler(told(next), "",
		otelhttp.WithTracerProvider(t.provider), otelhttp.WithMeterProvider(noop.NewMeterProvider()),
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithFilter(func(r *http.Request) bool { return !skip(r) }),
		// Anybody can send a traceparent. One from a stranger becomes a link: it may neither choose what is sampled nor
		// put our spans among somebody else's.
		otelhttp.WithPublicEndpointFn(func(r *http.Request) bool { return !t.trusts(r.RemoteAddr) }),
	)
}

// told tells the handler of the trace, and the trace of the route.
func told(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		propagation.TraceContext{}.Inject(r.Context(), propagation.HeaderCarrier(r.Header))
		next.ServeHTTP(w, r)
		if r.Pattern != "" {
			trace.SpanFromContext(r.Context()).SetAttributes(semconv.HTTPRoute(r.Pattern))
		}
	})
}

// trusts reports whether the other end of a connection is one of the trusted proxies.
func (t *Traces) trusts(remote string) bool {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	for _, network := range t.trusted {
		if network.Contains(peer.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// Statements returns what follows the statements of a request that is followed itself, nil where traces are off. A
// statement of nobody's, or of a request that was not chosen, is not followed.
func (t *Traces) Statements() pgx.QueryTracer {
	if t.provider == nil {
		return nil
	}
	return otelpgx.NewTracer(otelpgx.WithTracerProvider(t.provider), otelpgx.WithMeterProvider(noop.NewMeterProvider()))
}

// lastWords is how long a collector that does not answer may hold up the end of the program.
const lastWords = 3 * time.Second

// Stop sends what was not sent yet. It gives up when ctx ends, and soon in any case: traces are not worth an outage. That it
// gave up is reported, unless it is known already that traces get lost.
func (t *Traces) Stop(ctx context.Context) {
	if t.provider == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lastWords)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		t.out.tell(fmt.Errorf("send the last traces: %w", err))
	}
}
