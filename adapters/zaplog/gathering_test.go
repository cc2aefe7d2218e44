package zaplog

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// written is what has arrived.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) lines() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.text.String(), "\n")
}

func TestLogger_GathersTheLinesOfRequestsAndWritesEverythingElseAtOnce(t *testing.T) {
	var out written
	gathering := newGathering(&out)
	gathering.FlushInterval = 1 << 40 // never, in this test
	logger, err := NewLogger("info", "json", gathering)
	if err != nil {
		t.Fatal(err)
	}
	want := func(n int, after string) {
		t.Helper()
		if got := out.lines(); got != n {
			t.Errorf("after %s %d lines were written, want %d", after, got, n)
		}
	}
	logger.Info(Access)
	logger.With(zap.String("x", "y")).Info(Access)
	want(0, "two requests")
	logger.Info("listening")
	want(3, "another line")
	logger.Error(Access)
	want(4, "a request that failed")
	logger.Info(Access)
	NewAuditLog(logger).Record(t.Context(), domain.Event{Kind: domain.EventTokenReused})
	want(6, "a security event")
	logger.Info(Access)
	if err := gathering.Stop(); err != nil {
		t.Fatal(err)
	}
	want(7, "the end")
}
