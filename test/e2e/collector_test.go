package e2e

import (
	"io"
	"net"
	"net/http"
	"sync"
	"testing"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	traced "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collector takes traces as an OpenTelemetry collector does, and keeps them.
type collector struct {
	url    string
	mu     sync.Mutex
	header http.Header
	sent   []*traced.ResourceSpans
}

// collecting starts a collector at an address.
func collecting(t *testing.T, addr string) *collector {
	t.Helper()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{url: "http://" + listener.Addr().String()}
	server := &http.Server{Handler: c}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return c
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// In the form of ExportTraceServiceRequest, whose package needs all of gRPC.
	var request traced.TracesData
	body, err := io.ReadAll(r.Body)
	if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" ||
		proto.Unmarshal(body, &request) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.header, c.sent = r.Header, append(c.sent, request.GetResourceSpans()...)
}

// spans returns everything that was sent so far.
func (c *collector) spans() (all []*span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.sent {
		for _, s := range r.GetScopeSpans() {
			all = append(all, s.GetSpans()...)
		}
	}
	return all
}

// service returns what is said of the sender, all senders being one.
func (c *collector) service() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sent) == 0 {
		return nil
	}
	return attributesOf(c.sent[0].GetResource().GetAttributes())
}

func attributesOf(all []*common.KeyValue) map[string]string {
	texts := map[string]string{}
	for _, a := range all {
		texts[a.GetKey()] = a.GetValue().GetStringValue()
	}
	return texts
}

// span is one step of a trace.
type span = traced.Span

func named(spans []*span, name string) (found []*span) {
	for _, s := range spans {
		if s.GetName() == name {
			found = append(found, s)
		}
	}
	return found
}

func childrenOf(spans []*span, parent *span) (found []*span) {
	for _, s := range spans {
		if string(s.GetParentSpanId()) == string(parent.GetSpanId()) {
			found = append(found, s)
		}
	}
	return found
}
