package otel

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/certificate"
)

// received is what a collector was sent.
type received struct {
	request *http.Request
	spans   []*tracepb.ResourceSpans
}

// collecting is a collector's handler. It keeps what it is sent, and answers as it is told to: 200 past the end.
type collecting struct {
	t      *testing.T
	answer []func(http.ResponseWriter)
	got    []received
}

func (c *collecting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		var err error
		if body, err = gzip.NewReader(body); err != nil {
			c.t.Error(err)
			return
		}
	}
	text, err := io.ReadAll(body)
	var all tracepb.TracesData
	if err = errors.Join(err, proto.Unmarshal(text, &all)); err != nil {
		c.t.Errorf("what is sent cannot be read: %v", err)
	}
	c.got = append(c.got, received{r, all.GetResourceSpans()})
	if n := len(c.got); n <= len(c.answer) {
		c.answer[n-1](w)
	}
}

func says(status int, header ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}
}

// breaksOff ends the connection without an answer.
func breaksOff(http.ResponseWriter) { panic(http.ErrAbortHandler) }

// trying returns a collector, a sender to it that waits for nothing, and how long it would have waited.
func trying(t *testing.T, answer ...func(http.ResponseWriter)) (*collecting, *sender, *[]time.Duration) {
	t.Helper()
	c := &collecting{t: t, answer: answer}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	s, err := newSender(configs.Config{OTLPEndpoint: server.URL}, "v1")
	if err != nil {
		t.Fatal(err)
	}
	var waits []time.Duration
	s.pause = func(ctx context.Context, d time.Duration) error {
		waits = append(waits, d)
		return ctx.Err()
	}
	return c, s, &waits
}

func batch(name string) []*tracepb.ResourceSpans {
	return []*tracepb.ResourceSpans{{ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{{Name: name}}}}}}
}

func TestSender_WhatWasSeenArrivesAsTheSpecificationAsks(t *testing.T) {
	for _, compression := range []string{"none", "gzip"} {
		c := &collecting{t: t}
		server := httptest.NewServer(c)
		defer server.Close()
		traces, err := New(t.Context(), configs.Config{
			OTLPEndpoint: server.URL + "/base/", OTLPTimeout: 10_000, OTLPCompression: compression, ServiceName: "tokens",
			OTLPHeaders: configs.Headers{{Name: "x-tenant", Value: domain.NewSecret("a b")}, {Name: "content-type", Value: domain.NewSecret("x")}},
		}, "v1.2.3", func(err error) { t.Errorf("%v is reported", err) })
		if err != nil {
			t.Fatal(err)
		}
		asked(traces, "192.0.2.7:1234", "GET", "/")
		traces.Stop(t.Context())
		if len(c.got) != 1 {
			t.Fatalf("the collector was asked %d times, want once", len(c.got))
		}
		r := c.got[0].request
		if r.Method != http.MethodPost || r.URL.String() != "/base/v1/traces" || r.Header.Get("Content-Type") != protobuf {
			t.Errorf("%s %s with %s is sent", r.Method, r.URL, r.Header.Get("Content-Type"))
		}
		if r.Header.Get("X-Tenant") != "a b" || r.Header.Get("User-Agent") != "vidaplus-auth/v1.2.3 (OTLP exporter in Go)" {
			t.Errorf("the headers are %v", r.Header)
		}
		if zipped := r.Header.Get("Content-Encoding") == "gzip"; zipped != (compression == "gzip") {
			t.Errorf("with %s the body is compressed: %t", compression, zipped)
		}
		span := c.got[0].spans[0].GetScopeSpans()[0].GetSpans()[0]
		if span.GetName() != "GET /known/:id" || !strings.Contains(c.got[0].spans[0].GetResource().String(), "tokens") {
			t.Errorf("%v arrives, of %v", span, c.got[0].spans[0].GetResource())
		}
	}
}

func TestSender_TriesAgainOnlyWhatMaySucceed(t *testing.T) {
	for name, answer := range map[string]struct {
		first func(http.ResponseWriter)
		again bool
	}{
		"429": {says(429), true}, "502": {says(502), true}, "503": {says(503), true}, "504": {says(504), true}, "a broken connection": {breaksOff, true},
		"400": {says(400), false}, "401": {says(401), false}, "404": {says(404), false}, "413": {says(413), false}, "500": {says(500), false}, "501": {says(501), false},
		"204": {says(204), false},
	} {
		c, s, waits := trying(t, answer.first)
		err := s.UploadTraces(t.Context(), batch("a"))
		if tries := len(c.got); (tries == 2) != answer.again || tries > 2 || len(*waits) != tries-1 {
			t.Errorf("after %s the collector is asked %d times, with waits of %v", name, tries, *waits)
		}
		if fine := answer.again || name == "204"; (err == nil) != fine {
			t.Errorf("after %s the error is %v", name, err)
		}
		if last := c.got[len(c.got)-1]; last.spans[0].GetScopeSpans()[0].GetSpans()[0].GetName() != "a" {
			t.Errorf("after %s what is sent at last is %v", name, last.spans)
		}
	}
}

func TestSender_WaitsLongerEachTimeAndAsLongAsItIsTold(t *testing.T) {
	const date = "Mon, 02 Jan 2006 15:04:05 GMT"
	_, s, waits := trying(t, says(503), says(503), breaksOff, says(429, "Retry-After", "77"),
		says(503, "Retry-After", "Mon, 02 Jan 2006 15:05:35 GMT", "Date", date),
		says(503, "Retry-After", "Mon, 02 Jan 2006 15:04:04 GMT", "Date", date), says(503, "Retry-After", "soon"), says(503))
	if err := s.UploadTraces(t.Context(), batch("a")); err != nil {
		t.Fatal(err)
	}
	want := [][2]int64{{500, 1000}, {1000, 2000}, {2000, 4000}, {77_000, 77_000}, {90_000, 90_000}, {15_000, 30_000}, {15_000, 30_000}, {15_000, 30_000}}
	for i, wait := range *waits {
		if ms := wait.Milliseconds(); ms < want[i][0] || ms > want[i][1] {
			t.Errorf("wait %d is %v, want %d to %d ms", i+1, wait, want[i][0], want[i][1])
		}
	}
	if len(*waits) != len(want) {
		t.Errorf("the waits are %v", *waits)
	}
}

func TestSender_ReplicasDoNotComeBackTogether(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 100 {
		seen[jittered(time.Second)] = true
	}
	if len(seen) < 50 {
		t.Errorf("100 waits have %d lengths", len(seen))
	}
}

func TestSender_GivesUpWhenTheTimeIsOverAndSaysWhatWasWrong(t *testing.T) {
	_, s, _ := trying(t, says(503, "Retry-After", "3600"))
	s.pause = pause
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.UploadTraces(ctx, batch("a")); err == nil || err.Error() != "the collector answers 503 Service Unavailable" {
		t.Errorf("the error is %v, want the collector's answer", err)
	}
}

func TestSender_ALateAnswerIsNotWaitedFor(t *testing.T) {
	late := make(chan struct{})
	defer close(late)
	_, s, _ := trying(t, func(http.ResponseWriter) { <-late })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.UploadTraces(ctx, batch("a")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v, want that the time is over", err)
	}
}

func TestSender_FollowsNoRedirectionWithItsHeaders(t *testing.T) {
	elsewhere := &collecting{t: t}
	other := httptest.NewServer(elsewhere)
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		c, s, _ := trying(t, says(status, "Location", other.URL))
		s.headers = configs.Headers{{Name: "x-api-key", Value: domain.NewSecret("canary")}}
		if err := s.UploadTraces(t.Context(), batch("a")); err == nil || strings.Contains(err.Error(), "canary") || len(c.got) != 1 {
			t.Errorf("after %d: %v, and %d requests", status, err, len(c.got))
		}
	}
	if len(elsewhere.got) != 0 {
		t.Errorf("%d batches are sent elsewhere", len(elsewhere.got))
	}
}

func TestSender_SaysWhatTheCollectorDidNotTake(t *testing.T) {
	// rejected_spans 3, error_message "too\nold".
	partial := []byte("\x0a\x0b\x08\x03\x12\x07too\nold")
	for name, c := range map[string]struct {
		mediaType string
		body      []byte
		want      string
	}{
		"some":          {protobuf, partial, `the collector did not take 3 spans: "too\nold"`},
		"a warning":     {protobuf, []byte("\x0a\x03\x12\x01a"), `the collector did not take 0 spans: "a"`},
		"a long reason": {protobuf, append([]byte("\x0a\xe9\x07\x08\x01\x12\xe4\x07"), strings.Repeat("a", 996)...), `the collector did not take 1 spans: "` + strings.Repeat("a", 200) + `"`},
		"all taken":     {protobuf, nil, ""}, "all taken, said so": {protobuf, []byte("\x0a\x02\x08\x00"), ""},
		"unknown fields": {protobuf, []byte("\x1d\x00\x00\x00\x00\x12\x01a"), ""},
		"cut off":        {protobuf, partial[:6], ""}, "in another form": {"application/json", partial, ""},
	} {
		_, s, waits := trying(t, func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", c.mediaType)
			_, _ = w.Write(c.body)
		})
		err := s.UploadTraces(t.Context(), batch("a"))
		if got := text(err); got != c.want || len(*waits) != 0 {
			t.Errorf("%s: %q is said after %v, want %q", name, got, *waits, c.want)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestSender_ReadsNoEndlessAnswer(t *testing.T) {
	_, s, _ := trying(t, func(w http.ResponseWriter) {
		for range 1000 {
			if _, err := w.Write(make([]byte, maxAnswer)); err != nil {
				return
			}
		}
		t.Error("64 MB of an answer are read")
	})
	if err := s.UploadTraces(t.Context(), batch("a")); err != nil {
		t.Error(err)
	}
}

func TestSender_AndTheCollectorKnowEachOtherByTheirCertificates(t *testing.T) {
	c := &collecting{t: t}
	server := httptest.NewUnstartedServer(c)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	authority := certificate.Write(t, "CERTIFICATE", server.Certificate().Raw)
	own, private := certificate.SelfSigned(t)
	for name, test := range map[string]struct {
		config  configs.Config
		arrives bool
	}{
		"both known":           {configs.Config{OTLPCertificate: authority, OTLPClientCertificate: own, OTLPClientKey: private}, true},
		"an unknown collector": {configs.Config{OTLPClientCertificate: own, OTLPClientKey: private}, false},
		"another authority":    {configs.Config{OTLPCertificate: own, OTLPClientCertificate: own, OTLPClientKey: private}, false},
		"an unknown sender":    {configs.Config{OTLPCertificate: authority}, false},
	} {
		test.config.OTLPEndpoint, c.got = server.URL, nil
		s, err := newSender(test.config, "v1")
		if err != nil {
			t.Fatal(err)
		}
		s.pause = func(context.Context, time.Duration) error { return context.DeadlineExceeded }
		if err := s.UploadTraces(t.Context(), batch("a")); (err == nil) != test.arrives || (len(c.got) == 1) != test.arrives {
			t.Errorf("%s: %v, and %d batches arrive", name, err, len(c.got))
		}
	}
	for _, broken := range []configs.Config{{OTLPCertificate: "/absent"}, {OTLPCertificate: private}, {OTLPClientCertificate: own, OTLPClientKey: own}} {
		broken.OTLPEndpoint = server.URL
		if _, err := New(t.Context(), broken, "v1", nil); err == nil {
			t.Errorf("%+v can be sent with", broken)
		}
	}
}

// FuzzRejected reads what anything that listens at the collector's address may answer.
func FuzzRejected(f *testing.F) {
	f.Add([]byte("\x0a\x0b\x08\x03\x12\x07too\nold"))
	f.Add([]byte("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte("\x0b\x0c"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if err := rejected(protobuf, answer); err != nil && (len(err.Error()) > 3000 || strings.ContainsAny(err.Error(), "\r\n\x1b")) {
			t.Errorf("%q is said", err)
		}
	})
}
