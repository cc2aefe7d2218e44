package httpapi

import (
	"net"
	"net/http"
	"sync"
)

// busy knows the connections that are in the middle of a request, or have yet to send their first.
type busy struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// note is an http.Server.ConnState.
func (b *busy) note(conn net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch state {
	case http.StateNew, http.StateActive:
		b.conns[conn] = struct{}{}
	default:
		delete(b.conns, conn)
	}
}

func (b *busy) none() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.conns) == 0
}
