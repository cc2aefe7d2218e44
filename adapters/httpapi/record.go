package httpapi

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/vidaplus/vidaplus-auth/application"
)

// statusHungUp is logged and counted for a client that did not wait for its answer. It is never sent.
const statusHungUp = 499

// record logs one request. Nothing that the client chose freely is in it: people put tokens into paths and passwords
// into the wrong field. Ids are of a form that says nothing else.
func (a *API) record(c echo.Context, note *application.Note, took time.Duration, given answer, err error) {
	status := statusOf(c, given)
	entry := a.log.Check(levelOf(c.Path(), status, given), "request")
	if entry == nil {
		return
	}
	fields := make([]zap.Field, 0, 12)
	fields = append(fields,
		zap.String("request_id", c.Response().Header().Get(echo.HeaderXRequestID)),
		zap.String("method", knownMethod(c.Request().Method)),
		zap.String("route", c.Path()),
		zap.Int("status", status),
		zap.Float64("duration_ms", float64(took)/float64(time.Millisecond)),
		zap.Int64("bytes", c.Response().Size),
		zap.String("ip", c.RealIP()),
		zap.String("outcome", outcome(given)),
	)
	if note.SessionID != "" {
		fields = append(fields, zap.String("session_id", note.SessionID))
	}
	if trace := traceID(c.Request().Header); trace != "" {
		fields = append(fields, zap.String("trace_id", trace))
	}
	if status >= http.StatusInternalServerError {
		fields = append(fields, zap.String("error", err.Error()))
	}
	if p, ok := errors.AsType[panicError](err); ok {
		fields = append(fields, zap.ByteString("stack", p.stack))
	}
	entry.Write(fields...)
}

func statusOf(c echo.Context, given answer) int {
	if errors.Is(given.err, errHungUp) {
		return statusHungUp
	}
	return c.Response().Status
}

// askedAgain are the routes that machines ask for every few seconds.
var askedAgain = []string{"/healthz", "/readyz", "/metrics"}

func levelOf(route string, status int, given answer) zapcore.Level {
	switch {
	case status >= http.StatusInternalServerError && !errors.Is(given.err, errDraining):
		return zap.ErrorLevel
	case slices.Contains(askedAgain, strings.TrimSuffix(route, "/")):
		return zap.DebugLevel
	default:
		return zap.InfoLevel
	}
}

// outcome is the text of the row that was answered, never of the error that led there.
func outcome(given answer) string {
	if given.err == nil {
		return "ok"
	}
	return given.err.Error()
}

// knownMethod keeps out of the log what only looks like a method.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	default:
		return "other"
	}
}
