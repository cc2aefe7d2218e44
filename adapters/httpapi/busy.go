package httpapi

import (
	"net"
	"net/http"
	"sync"
)

// busy knows the connections that are open, and which of them are in the middle of a request, or have yet to send their
// first.
type busy struct {
	mu sync.Mutex
	// conns holds the open ones: whether they are busy.
	conns map[net.Conn]bool
	// many is how many are.
	many int
}

// note is an http.Server.ConnState.
func (b *busy) note(conn net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.conns[conn] {
		b.many--
	}
	switch state {
	case http.StateNew, http.StateActive:
		b.conns[conn] = true
		b.many++
	case http.StateIdle:
		b.conns[conn] = false
	default:
		delete(b.conns, conn)
	}
}

func (b *busy) none() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.many == 0
}

func (b *busy) open() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.conns)
}
