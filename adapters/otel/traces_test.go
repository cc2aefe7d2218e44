package otel

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/vidaplus/vidaplus-auth/configs"
)

const (
	theirTrace  = "4bf92f3577b34da6a3ce929d0e0e4736"
	theirParent = "00-" + theirTrace + "-00f067aa0ba902b7-01"
)

// seen returns traces that are sent at once, and where they arrive.
func seen() (*Traces, *tracetest.InMemoryExporter) {
	arrived := tracetest.NewInMemoryExporter()
	out := &exporter{SpanExporter: arrived, report: func(error) {}}
	return &Traces{
		out:      out,
		provider: sdktrace.NewTracerProvider(sdktrace.WithSyncer(out), sdktrace.WithSampler(sampler("parentbased_always_on", 1))),
		trusted:  []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
	}, arrived
}

// asked serves one request from an address, and returns what the handler got.
func asked(traces *Traces, remote, method, path string, header ...string) *http.Request {
	var got *http.Request
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, r.Pattern = r, "/known/:id"
		w.WriteHeader(http.StatusTeapot)
	})
	r := httptest.NewRequest(method, path, strings.NewReader("body"))
	r.RemoteAddr = remote
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	traces.Wrap(next, func(r *http.Request) bool { return r.URL.Path == "/probe" }).ServeHTTP(httptest.NewRecorder(), r)
	return got
}

func TestTraces_ASpanSaysWhatTheProgramKnowsAndNothingThatAClientWrote(t *testing.T) {
	traces, arrived := seen()
	asked(traces, "192.0.2.7:1234", "CANARY", "/canary?canary", "User-Agent: canary", "Host: canary", "X-Forwarded-For: canary",
		"Traceparent: "+theirParent, "Tracestate: canary=canary", "Baggage: canary=canary")
	spans := arrived.GetSpans()
	if len(spans) != 1 || spans[0].Name != "HTTP /known/:id" || spans[0].SpanKind != trace.SpanKindServer {
		t.Fatalf("one request is seen as %+v, want one span named after its route", spans)
	}
	var keys []string
	for _, a := range spans[0].Attributes {
		keys = append(keys, string(a.Key))
		if strings.Contains(a.Value.String(), "canary") {
			t.Errorf("%s is %q, which the client wrote", a.Key, a.Value.String())
		}
	}
	slices.Sort(keys)
	want := "http.request.method http.response.status_code http.route network.protocol.version url.scheme"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("the span has the attributes %s, want %s", got, want)
	}
	if state := spans[0].SpanContext.TraceState().String() + spans[0].Parent.TraceState().String(); state != "" {
		t.Errorf("the client's tracestate is sent along: %s", state)
	}
}

func TestTraces_ATrustedProxysTraceGoesOnAndAStrangersIsLinkedTo(t *testing.T) {
	for _, c := range []struct {
		remote string
		goesOn bool
	}{{"192.0.2.7:1234", true}, {"[::ffff:192.0.2.7]:1234", true}, {"198.51.100.7:1234", false}, {"[2001:db8::1]:1234", false}, {"@", false}} {
		traces, arrived := seen()
		asked(traces, c.remote, "GET", "/", "Traceparent: "+theirParent, "Tracestate: a=canary")
		span := arrived.GetSpans()[0]
		if goesOn := span.SpanContext.TraceID().String() == theirTrace; goesOn != c.goesOn || span.Parent.IsValid() != c.goesOn {
			t.Errorf("from %s the trace goes on: %v, want %v", c.remote, goesOn, c.goesOn)
		}
		if linked := len(span.Links) == 1 && span.Links[0].SpanContext.TraceID().String() == theirTrace; linked == c.goesOn {
			t.Errorf("from %s the trace is linked to: %v, want %v", c.remote, linked, !c.goesOn)
		}
		if !c.goesOn && span.Links[0].SpanContext.TraceState().Len() != 0 {
			t.Errorf("from %s the link has the client's tracestate", c.remote)
		}
	}
}

func TestTraces_AStrangerDoesNotChooseWhatIsSeen(t *testing.T) {
	traces, arrived := seen()
	asked(traces, "198.51.100.7:1234", "GET", "/", "Traceparent: "+strings.TrimSuffix(theirParent, "1")+"0")
	if len(arrived.GetSpans()) != 1 {
		t.Error("a stranger's request is not seen because it says so")
	}
}

func TestTraces_TheHandlerLearnsItsTraceFromTheHeader(t *testing.T) {
	traces, arrived := seen()
	for _, header := range []string{"Traceparent: " + theirParent, "Traceparent: nonsense", "A: b"} {
		arrived.Reset()
		got := asked(traces, "198.51.100.7:1234", "GET", "/", header).Header.Get("Traceparent")
		own := arrived.GetSpans()[0].SpanContext
		if want := "00-" + own.TraceID().String() + "-" + own.SpanID().String() + "-01"; got != want {
			t.Errorf("with %q the handler reads %q, want its own span %s", header, got, want)
		}
	}
}

func TestTraces_LeaveOutWhatIsToBeSkipped(t *testing.T) {
	traces, arrived := seen()
	if got := asked(traces, "192.0.2.7:1", "GET", "/probe"); got == nil || len(arrived.GetSpans()) != 0 {
		t.Errorf("a probe is served: %v, and seen %d times", got != nil, len(arrived.GetSpans()))
	}
}

func TestTraces_NoTextOfAnErrorAndNoForeignAttributeLeaves(t *testing.T) {
	traces, arrived := seen()
	_, span := traces.provider.Tracer("").Start(t.Context(), "SELECT", trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.query.text", "SELECT $1"), attribute.String("user.name", "canary"),
			attribute.String("pgx.query.parameters", "canary"), attribute.String("http.route", "canary")),
		trace.WithLinks(trace.Link{Attributes: []attribute.KeyValue{attribute.String("a", "canary")}}))
	span.RecordError(errors.New("canary"))
	span.SetStatus(codes.Error, "canary")
	span.End()
	got := arrived.GetSpans()[0]
	if len(got.Events) != 0 || got.Status != (sdktrace.Status{Code: codes.Error}) {
		t.Errorf("of an error %v and %v are sent, want only that there was one", got.Events, got.Status)
	}
	if len(got.Attributes) != 1 || got.Attributes[0].Key != "db.query.text" {
		t.Errorf("the attributes %v are sent, want the statement", got.Attributes)
	}
	for _, l := range got.Links {
		if len(l.Attributes) != 0 {
			t.Errorf("a link is sent with %v", l.Attributes)
		}
	}
}

// failing is a collector that cannot be reached as long as err is not nil.
type failing struct {
	sdktrace.SpanExporter
	err error
}

func (f *failing) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return f.err }

func TestExporter_SaysOnceThatTracesGetLostAndOnceThatTheyNoLongerDo(t *testing.T) {
	var told []error
	f := &failing{}
	e := &exporter{SpanExporter: f, report: func(err error) { told = append(told, err) }}
	down := errors.New("connection refused")
	for _, err := range []error{nil, down, down, nil, nil, down} {
		f.err = err
		if got := e.ExportSpans(t.Context(), nil); got != nil {
			t.Errorf("a collector that is down is a failure: %v", got)
		}
	}
	if want := []error{down, nil, down}; !slices.Equal(told, want) {
		t.Errorf("%v was reported, want %v", told, want)
	}
}

// hanging is a collector that takes a batch and answers when release is closed.
type hanging struct {
	sdktrace.SpanExporter
	release chan struct{}
}

func (h *hanging) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error {
	<-h.release
	return nil
}

func (*hanging) Shutdown(context.Context) error { return nil }

func TestTraces_AStopSaysThatTheLastTracesWereNotTakenUnlessItWasSaidBefore(t *testing.T) {
	for _, c := range []struct {
		name                 string
		hangs, failing, told bool
	}{{"a collector that answers", false, false, false}, {"one that hangs", true, false, true}, {"one known to be down", true, true, false}} {
		h := &hanging{release: make(chan struct{})}
		if !c.hangs {
			close(h.release)
		}
		var told []error
		out := &exporter{SpanExporter: h, failing: c.failing, report: func(err error) { told = append(told, err) }}
		traces := &Traces{out: out, provider: sdktrace.NewTracerProvider(sdktrace.WithBatcher(out))}
		asked(traces, "192.0.2.7:1", "GET", "/")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		if c.hangs {
			cancel()
		}
		traces.Stop(ctx)
		if got := len(told) == 1 && errors.Is(told[0], context.Canceled); got != c.told || !c.told && len(told) != 0 {
			t.Errorf("%s: a stop reports %v, want that it gave up: %v", c.name, told, c.told)
		}
		if c.hangs {
			close(h.release)
		}
		cancel()
	}
}

func TestSampler_KnowsTheStandardNames(t *testing.T) {
	for name, want := range map[string]string{
		"always_on": "AlwaysOnSampler", "always_off": "AlwaysOffSampler", "traceidratio": "TraceIDRatioBased{0.25}",
		"parentbased_always_on": "ParentBased{root:AlwaysOnSampler,", "parentbased_always_off": "ParentBased{root:AlwaysOffSampler,",
		"parentbased_traceidratio": "ParentBased{root:TraceIDRatioBased{0.25},",
	} {
		if got := sampler(name, 0.25).Description(); !strings.HasPrefix(got, want) {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestNew_WithoutACollectorFollowsNothing(t *testing.T) {
	traces, err := New(t.Context(), configs.Config{}, "v1", nil)
	if err != nil {
		t.Fatal(err)
	}
	next := http.NewServeMux()
	if traces.Wrap(next, nil) != http.Handler(next) {
		t.Error("a handler is wrapped, want it as it is")
	}
	if traces.Statements() != nil {
		t.Error("statements are followed")
	}
	traces.Stop(t.Context())
}

func BenchmarkWrap(b *testing.B) {
	next := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for name, share := range map[string]float64{"sampled": 1, "not sampled": 0} {
		b.Run(name, func(b *testing.B) {
			traces := &Traces{provider: sdktrace.NewTracerProvider(sdktrace.WithSampler(sampler("traceidratio", share)),
				sdktrace.WithBatcher(&exporter{SpanExporter: &failing{}, report: func(error) {}}))}
			h := traces.Wrap(next, func(*http.Request) bool { return false })
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
			}
		})
	}
}
