package httpapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/metrics"
	"github.com/vidaplus/vidaplus-auth/adapters/zaplog"
)

// measured returns the API of a stage whose log goes nowhere.
func measured(t testing.TB, level string) *API {
	t.Helper()
	log, err := zaplog.NewLogger(level, "json", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	s := unstarted()
	s.meter = metrics.NewMeter(metrics.Build{})
	return s.api(t, log, DefaultSettings())
}

// BenchmarkRequest is what the edge costs a request that no use case sees: routing, headers, counting and logging.
func BenchmarkRequest(b *testing.B) {
	for _, level := range []string{"info", "error"} {
		b.Run(level, func(b *testing.B) {
			api := measured(b, level)
			r := httptest.NewRequest(http.MethodGet, "/.well-known/jwks.json", http.NoBody)
			b.ReportAllocs()
			for b.Loop() {
				api.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}

// BenchmarkRefresh is a refresh from the edge to the edge, over stores in memory.
func BenchmarkRefresh(b *testing.B) {
	api := measured(b, "info")
	login := httptest.NewRequest(http.MethodPost, "/auth/token", strings.NewReader("username="+maria+"&password="+password))
	login.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	token := handed(b, api, login)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/auth/token/refresh_token", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+token)
		token = handed(b, api, r)
	}
}

func handed(b *testing.B, api *API, r *http.Request) string {
	answer := httptest.NewRecorder()
	api.ServeHTTP(answer, r)
	token, ok := strings.CutPrefix(answer.Body.String(), `{"access_token":"`)
	if !ok {
		b.Fatalf("%d %s, want a token", answer.Code, answer.Body)
	}
	return strings.TrimSuffix(token, `","token_type":"bearer"}`)
}
