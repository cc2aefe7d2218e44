package httpapi

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"testing"
	"time"

	"go.uber.org/zap"
)

func TestServer_AnAddressThatIsTakenIsAnErrorAtOnce(t *testing.T) {
	s := newStage(t, nil)
	settings := s.server.settings
	settings.Address = s.server.Addr().String()
	second := NewServer(s.server.api, zap.NewNop(), settings, func(error) { t.Error("failed was called") })
	if err := second.Start(t.Context()); err == nil {
		t.Error("started on an address that is taken")
	}
}

func TestServer_AFailureAfterTheStartIsReported(t *testing.T) {
	s := newStage(t, nil)
	if err := s.server.listener.Close(); err != nil {
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

func TestServer_StopIsNoFailure(t *testing.T) {
	s := newStage(t, nil)
	s.send(t, request("GET", "/healthz", ""))
	if err := s.server.Stop(t.Context()); err != nil {
		t.Errorf("stop: %v", err)
	}
	select {
	case err := <-s.failed:
		t.Errorf("failed was called: %v", err)
	default:
	}
}

func TestServer_DrainsWithoutFailingARequest(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s := newStage(t, func(s *stage, _ *Settings) {
		s.find = func(context.Context) error {
			close(entered)
			<-leave
			return nil
		}
	})
	conn := s.dial(t)
	write(t, conn, form(good))
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.Stop(context.WithoutCancel(t.Context())) }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped while a request runs: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(leave)
	r := receive(t, bufio.NewReader(conn), "POST")
	if r.status != http.StatusOK || !r.closes {
		t.Errorf("%d %s, want 200 and the connection closed", r.status, r.body)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestServer_WhileItDrainsItServesButIsNotReady(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) { s.DrainDelay = time.Minute })
	token := s.logIn(t)
	idle := s.dial(t)
	from := bufio.NewReader(idle)
	write(t, idle, request("GET", "/healthz", ""))
	receive(t, from, "GET")
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.Stop(ctx) }()
	for s.send(t, request("GET", "/readyz", "")).status != http.StatusServiceUnavailable {
		time.Sleep(time.Millisecond)
	}
	r := s.send(t, request("GET", "/readyz", ""))
	if r.body != `{"detail":"Service unavailable"}` || r.header.Get("Retry-After") == "" || !r.closes {
		t.Errorf("readyz: %v %s, want 503 with Retry-After, and the connection closed", r.header, r.body)
	}
	write(t, idle, refresh("Bearer "+token))
	if r := receive(t, from, "POST"); r.status != http.StatusOK || !r.closes {
		t.Errorf("refresh: %d, want 200 and the connection closed", r.status)
	}
	if r := s.send(t, request("GET", "/healthz", "")); r.status != http.StatusOK {
		t.Errorf("healthz: %d, want 200", r.status)
	}
	cancel()
	if err := <-stopped; !errors.Is(err, context.Canceled) && err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestServer_RequestsThatOutlastTheDrainAreCutOff(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s := newStage(t, func(s *stage, _ *Settings) {
		s.find = func(context.Context) error {
			close(entered)
			<-leave
			return nil
		}
	})
	defer close(leave)
	conn := s.dial(t)
	write(t, conn, form(good))
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.server.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("stop: %v, want that the time was over", err)
	}
	ended(t, conn)
}

func TestReady_FollowsTheStore(t *testing.T) {
	s := newStage(t, nil)
	s.ready = func(context.Context) error { return errors.New("no connection") }
	r := s.send(t, request("GET", "/readyz", ""))
	if r.status != http.StatusServiceUnavailable || r.body != `{"detail":"Service unavailable"}` ||
		r.header.Get("Retry-After") != "1" {
		t.Errorf("%d %v %s, want 503", r.status, r.header, r.body)
	}
	if r := s.send(t, request("GET", "/healthz", "")); r.status != http.StatusOK {
		t.Errorf("healthz: %d, want 200 whatever the store does", r.status)
	}
}

func TestReady_DoesNotWaitForAStoreThatHangs(t *testing.T) {
	s := newStage(t, func(s *stage, settings *Settings) {
		settings.ReadyTimeout = 10 * time.Millisecond
		s.ready = func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}
	})
	if r := s.send(t, request("GET", "/readyz", "")); r.status != http.StatusServiceUnavailable {
		t.Errorf("%d, want 503", r.status)
	}
}

func TestServer_ServesHTTPSFromTLS12On(t *testing.T) {
	cert, key, pool := trusted(t)
	s := newStage(t, func(_ *stage, s *Settings) { s.CertFile, s.KeyFile = cert, key })
	for _, http2 := range []bool{false, true} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: http2}
		response, err := (&http.Client{Transport: transport}).Get("https://" + s.server.Addr().String() + "/healthz")
		if err != nil {
			t.Fatalf("HTTP/2 %t: %v", http2, err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || response.ProtoAtLeast(2, 0) != http2 {
			t.Errorf("%s %d, want 200 over HTTP/2: %t", response.Proto, response.StatusCode, http2)
		}
	}
	old := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	if conn, err := tls.Dial("tcp", s.server.Addr().String(), old); err == nil {
		_ = conn.Close()
		t.Error("TLS 1.1 was accepted")
	}
}

func TestServer_ACertificateThatCannotBeReadIsAnErrorAtOnce(t *testing.T) {
	s := newStage(t, nil)
	settings := s.server.settings
	settings.CertFile, settings.KeyFile = "missing.pem", "missing.key"
	if err := NewServer(s.server.api, zap.NewNop(), settings, func(error) {}).Start(t.Context()); err == nil {
		t.Error("started without its certificate")
	}
}
