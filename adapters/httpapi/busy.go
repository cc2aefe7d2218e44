package httpapi

import (
	"net"
	"net/http"
	"sync"
)

// busy knows the connections that are open, and which of them are in the middle of a request, or have yet to send their
// first.
type busy struct {
	mu    sync.Mutex
	conns map[net.Conn]http.ConnState
	// in counts the open ones by their state.
	in [http.StateClosed + 1]int
}

// note is an http.Server.ConnState.
func (b *busy) note(conn net.Conn, state http.ConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if before, open := b.conns[conn]; open {
		b.in[before]--
	}
	switch state {
	case http.StateNew, http.StateActive, http.StateIdle:
		b.conns[conn] = state
		b.in[state]++
	default:
		delete(b.conns, conn)
	}
}

func (b *busy) none() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.in[http.StateNew]+b.in[http.StateActive] == 0
}

// asking returns how many are in the middle of a request.
func (b *busy) asking() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.in[http.StateActive]
}

func (b *busy) open() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.conns)
}
