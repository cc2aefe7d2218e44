package otel

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/vidaplus/vidaplus-auth/configs"
)

const (
	// tracesPath is where a collector takes traces, below its base URL (OTLP specification 1.10, "OTLP/HTTP Request").
	tracesPath = "/v1/traces"
	protobuf   = "application/x-protobuf"
	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 64 << 10
)

// sender sends batches of spans to a collector, as otlptrace.Client asks: OTLP over HTTP, in protobuf. OpenTelemetry's own
// package for it brings gRPC along, a fifteenth of the program.
type sender struct {
	url       string
	headers   configs.Headers
	userAgent string
	compress  bool
	client    *http.Client
	pause     func(context.Context, time.Duration) error
}

// newSender connects to nothing yet. It fails if a certificate cannot be read.
func newSender(c configs.Config, version Version) (*sender, error) {
	encryption, err := encryptionOf(c)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: encryption, ForceAttemptHTTP2: true, IdleConnTimeout: 90 * time.Second,
	}
	return &sender{
		url:       strings.TrimSuffix(c.OTLPEndpoint, "/") + tracesPath,
		headers:   c.OTLPHeaders,
		userAgent: "vidaplus-auth/" + string(version) + " (OTLP exporter in Go)",
		compress:  c.OTLPCompression == "gzip",
		client: &http.Client{
			Transport: transport,
			// The headers are meant for the collector that was named, and so are the traces.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		pause: pause,
	}, nil
}

// encryptionOf returns whom the collector has to be known to, and who the service is to it.
func encryptionOf(c configs.Config) (*tls.Config, error) {
	authorities, err := c.Collectors()
	if err != nil {
		return nil, fmt.Errorf("read the collector's certificates: %w", err)
	}
	encryption := &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}
	if c.OTLPClientCertificate == "" {
		return encryption, nil
	}
	own, err := tls.LoadX509KeyPair(c.OTLPClientCertificate, c.OTLPClientKey)
	if err != nil {
		return nil, fmt.Errorf("read the certificate to show to the collector: %w", err)
	}
	encryption.Certificates = []tls.Certificate{own}
	return encryption, nil
}

// Start implements otlptrace.Client. There is nothing to do before there is something to send.
func (*sender) Start(context.Context) error { return nil }

// Stop implements otlptrace.Client.
func (s *sender) Stop(context.Context) error {
	s.client.CloseIdleConnections()
	return nil
}

// UploadTraces sends a batch, again and again until the collector has taken it, it says that it never will, or ctx ends.
// The error is then that of the last try, or says how much of the batch was not taken.
func (s *sender) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	body, err := s.encode(spans)
	if err != nil {
		return fmt.Errorf("write spans: %w", err)
	}
	for delay := firstDelay; ; delay = min(2*delay, longestDelay) {
		err := s.post(ctx, body)
		failed, ok := errors.AsType[*passingError](err)
		if !ok {
			return err
		}
		if s.pause(ctx, max(failed.wait, jittered(delay))) != nil {
			return err
		}
	}
}

// encode returns the body of a request. It is that of ExportTraceServiceRequest, whose package needs gRPC too: TracesData has
// the same fields with the same numbers, and is there for whoever wants them without the service.
func (s *sender) encode(spans []*tracepb.ResourceSpans) ([]byte, error) {
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil || !s.compress {
		return body, err
	}
	var small bytes.Buffer
	w := gzip.NewWriter(&small)
	_, err = w.Write(body)
	err = errors.Join(err, w.Close())
	return small.Bytes(), err
}

// post tries once.
func (s *sender) post(ctx context.Context, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", s.userAgent)
	for _, h := range s.headers {
		request.Header.Set(h.Name, h.Value.Reveal())
	}
	request.Header.Set("Content-Type", protobuf)
	if s.compress {
		request.Header.Set("Content-Encoding", "gzip")
	}
	response, err := s.client.Do(request)
	if err != nil {
		return &passingError{error: err}
	}
	defer func() { _ = response.Body.Close() }()
	// An answer that breaks off says what it said so far: the collector has the spans.
	answer, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return judge(response, answer)
}
