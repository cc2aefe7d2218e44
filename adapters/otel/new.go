package otel

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"github.com/vidaplus/vidaplus-auth/configs"
)

// Version says which program runs.
type Version string

// New returns what follows requests, or follows nothing if no collector is configured or traces are turned off. Nothing is connected yet: a collector
// that is not there is noticed when there is something to send, and costs what was seen, never a request. Limits of how
// much waits to be sent come from OTEL_BSP_* in the process's environment: OpenTelemetry's own package reads these.
func New(ctx context.Context, c configs.Config, version Version, report Report) (*Traces, error) {
	if !c.Traced() {
		return &Traces{}, nil
	}
	sender, err := newSender(c, version)
	if err != nil {
		return nil, fmt.Errorf("prepare to send traces: %w", err)
	}
	spans, err := otlptrace.New(ctx, sender)
	if err != nil {
		return nil, fmt.Errorf("prepare to send traces: %w", err)
	}
	who, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithHost(), resource.WithAttributes(said(c, version)...))
	if err != nil {
		return nil, fmt.Errorf("say whose the traces are: %w", err)
	}
	out := &exporter{SpanExporter: spans, report: report}
	return &Traces{
		trusted: c.TrustedProxies,
		out:     out,
		provider: sdktrace.NewTracerProvider(
			// What does not fit into its queue is dropped: nobody ever waits.
			sdktrace.WithBatcher(out, sdktrace.WithExportTimeout(timeout(c))),
			sdktrace.WithResource(who), sdktrace.WithSampler(sampler(c.TracesSampler, float64(c.TracesSamplerArg))),
		),
	}, nil
}

// timeout is how long a batch may take, second tries included.
func timeout(c configs.Config) time.Duration { return time.Duration(c.OTLPTimeout) * time.Millisecond }

// said is what is said of the service. An operator's word goes before ours, and OTEL_SERVICE_NAME before both.
func said(c configs.Config, version Version) []attribute.KeyValue {
	all := []attribute.KeyValue{semconv.ServiceVersion(string(version))}
	for _, a := range c.ResourceAttributes {
		all = append(all, attribute.String(a.Name, a.Value))
	}
	return append(all, semconv.ServiceName(c.ServiceName))
}

// sampler knows the standard names. An unknown one, which configs lets nobody give, is the standard's default.
func sampler(name string, share float64) sdktrace.Sampler {
	own, parentBased := strings.CutPrefix(name, "parentbased_")
	chosen := map[string]sdktrace.Sampler{
		"always_off": sdktrace.NeverSample(), "traceidratio": sdktrace.TraceIDRatioBased(share),
	}[own]
	if chosen == nil {
		chosen = sdktrace.AlwaysSample()
	}
	if parentBased {
		return sdktrace.ParentBased(chosen)
	}
	return chosen
}
