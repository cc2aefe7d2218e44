package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
)

const metricsText = "text/plain; version=0.0.4; charset=utf-8"

func TestMetrics_AreTextThatNoCacheKeeps(t *testing.T) {
	s := newStage(t, nil)
	for _, raw := range []string{request("GET", "/metrics", ""), request("GET", "/metrics/", ""), request("HEAD", "/metrics", "")} {
		r := s.send(t, raw)
		if r.status != http.StatusOK || r.header.Get("Content-Type") != metricsText || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%.20s: %d %v", raw, r.status, r.header)
		}
		if has := strings.Contains(r.body, "vidaplus_build_info"); has != strings.HasPrefix(raw, "GET") {
			t.Errorf("%.20s: the body is %q", raw, r.body)
		}
	}
	r := s.send(t, request("POST", "/metrics", ""))
	if r.status != http.StatusMethodNotAllowed || r.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v, want 405 with what is allowed", r.status, r.header)
	}
}

func TestMetrics_ThatCannotBeToldAreABare500(t *testing.T) {
	s := newStage(t, nil)
	s.server.api.meter = silent{s.meter}
	if r := s.send(t, request("GET", "/metrics", "")); r.status != http.StatusInternalServerError || strings.Contains(r.body, "cheese") {
		t.Errorf("%d %s, want a bare 500", r.status, r.body)
	}
	apart := apart(t, s, silent{s.meter})
	if status, body := ask(t, "GET", apart, "/metrics"); status != http.StatusInternalServerError || strings.Contains(body, "cheese") {
		t.Errorf("apart: %d %s, want a bare 500", status, body)
	}
}

// silent is a meter that cannot tell what it counted.
type silent struct{ Meter }

func (silent) Text() (body []byte, mediaType string, err error) {
	return nil, "", errors.New("out of cheese")
}

// apart serves the metrics of a stage at an address of their own.
func apart(t *testing.T, s *stage, meter Meter) *MetricsServer {
	t.Helper()
	settings := DefaultSettings()
	settings.MetricsAddress = "127.0.0.1:0"
	server := NewMetricsServer(meter, zap.NewNop(), settings, func(err error) { s.failed <- err })
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop(context.WithoutCancel(t.Context())) })
	return server
}

func ask(t *testing.T, method string, server *MetricsServer, path string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+server.Addr().String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Request-ID", "asked-1")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	mediaType := metricsText
	if response.StatusCode != http.StatusOK {
		mediaType = "application/json"
	}
	if h := response.Header; h.Get("Content-Type") != mediaType || h.Get("Cache-Control") != "no-store" ||
		h.Get("X-Request-ID") != "asked-1" || (h.Get("Allow") == "GET, HEAD") != (response.StatusCode == http.StatusMethodNotAllowed) {
		t.Errorf("%s %s: %v", method, path, h)
	}
	return response.StatusCode, string(text)
}

func TestMetricsServer_ServesTheMetricsAndNothingElse(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) { s.MetricsAddress = "127.0.0.1:0" })
	if r := s.send(t, request("GET", "/metrics", "")); r.status != http.StatusNotFound || r.body != `{"detail":"Not Found"}` {
		t.Errorf("on the API: %d %s, want 404", r.status, r.body)
	}
	server := apart(t, s, s.meter)
	s.counts(t, `vidaplus_http_requests_total{method="GET",outcome="invalid",route="/metrics",status="404"} 1`)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/metrics", 200}, {"GET", "/metrics/", 200}, {"HEAD", "/metrics", 200}, {"POST", "/metrics", 405},
		{"GET", "/", 404}, {"GET", "/healthz", 404}, {"POST", "/auth/token", 404}, {"GET", "/metrics/x", 404},
	} {
		status, body := ask(t, c.method, server, c.path)
		if status != c.status || (c.method == "GET" && c.status == 200) != strings.Contains(body, `route="/metrics",status="404"} 1`) {
			t.Errorf("%s %s: %d %s, want %d", c.method, c.path, status, body, c.status)
		}
		refusal := map[int]string{404: `{"detail":"Not Found"}`, 405: `{"detail":"Method Not Allowed"}`}[c.status]
		if refusal != "" && body != refusal {
			t.Errorf("%s %s: %s, want %s", c.method, c.path, body, refusal)
		}
	}
}

func TestMetricsServer_AnAddressThatIsTakenIsAnErrorAtOnce(t *testing.T) {
	s := newStage(t, nil)
	settings := DefaultSettings()
	settings.MetricsAddress = s.server.Addr().String()
	second := NewMetricsServer(s.meter, zap.NewNop(), settings, func(error) { t.Error("failed was called") })
	if err := second.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "listen for metrics") {
		t.Errorf("%v, want an error that says what for", err)
	}
}

func TestMetricsServer_AFailureAfterTheStartIsReportedAndAStopIsNone(t *testing.T) {
	s := newStage(t, nil)
	stopped, broken := apart(t, s, s.meter), apart(t, s, s.meter)
	stopped.Stop(t.Context())
	select {
	case err := <-s.failed:
		t.Errorf("failed was called: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	if err := broken.listener.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.failed:
		if err == nil {
			t.Error("failed with nil, want the cause")
		}
	case <-time.After(10 * time.Second):
		t.Error("nobody was told that serving ended")
	}
}
