package httpapi

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestLocal_IsARequestBetweenTwoEndsOfThisMachine(t *testing.T) {
	for name, c := range map[string]struct {
		near, far string
		want      bool
	}{
		"IPv4":                   {"127.0.0.1", "127.0.0.1:4711", true},
		"IPv6":                   {"::1", "[::1]:4711", true},
		"IPv4 on an IPv6 socket": {"::ffff:127.0.0.1", "[::ffff:127.0.0.1]:4711", true},
		"from the network":       {"192.0.2.1", "192.0.2.9:4711", false},
		"from itself":            {"192.0.2.1", "192.0.2.1:4711", false},
		"forwarded to loopback":  {"127.0.0.1", "192.0.2.9:4711", false},
		"out of a container":     {"172.17.0.2", "127.0.0.1:4711", false},
		"no address":             {"127.0.0.1", "@", false},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/auth/token", nil)
		r.RemoteAddr = c.far
		near := &net.TCPAddr{IP: net.ParseIP(c.near), Port: 8000}
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, near))
		if got := local(r); got != c.want {
			t.Errorf("%s: local is %t, want %t", name, got, c.want)
		}
	}
	if local(httptest.NewRequest(http.MethodPost, "http://localhost/auth/token", nil)) {
		t.Error("a request of which nobody knows where it came in is local, want it not")
	}
}
