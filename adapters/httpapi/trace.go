package httpapi

import (
	"net/http"
	"slices"
	"strings"
)

// Tracing follows requests from outside the API.
type Tracing struct {
	// Wrap returns what is to serve in next's place: next itself where requests are not followed. Requests for which skip
	// is true are left alone. What wraps reads the route from http.Request.Pattern, and tells the API of the request's
	// trace by the header Traceparent (https://www.w3.org/TR/trace-context/).
	Wrap func(next http.Handler, skip func(*http.Request) bool) http.Handler
}

// isProbe reports whether a machine asks for the request's path every few seconds.
func isProbe(r *http.Request) bool {
	return slices.Contains(askedAgain, strings.TrimSuffix(r.URL.Path, "/"))
}

// The parts of a traceparent: version, trace, span, flags.
const (
	traceparentHeader = "Traceparent"
	traceparentLength = len("00-") + traceIDLength + len("-0123456789abcdef-01")
	traceIDLength     = 32
)

// traceID returns the id of the trace that a request belongs to: its own span's where requests are followed, else its
// sender's. "" if there is none of the right form, so that nothing else gets into the log.
func traceID(header http.Header) string {
	parent := header[traceparentHeader]
	if len(parent) != 1 || len(parent[0]) < traceparentLength || parent[0][2] != '-' || parent[0][3+traceIDLength] != '-' {
		return ""
	}
	id := parent[0][3 : 3+traceIDLength]
	if strings.Trim(id, "0123456789abcdef") != "" || strings.Trim(id, "0") == "" {
		return ""
	}
	return id
}
