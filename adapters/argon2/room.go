package argon2

import (
	"os"
	"runtime"
	"sync"
)

// room lets the operating system share the cores between hashes and everything else while there are hashes. Go gives a
// goroutine that only computes a processor of its for milliseconds, and the hashes would keep them all: beside a flood of
// log-ins refreshes came down to a fiftieth. The zero room does nothing.
type room struct {
	mu               sync.Mutex
	cores, computing int
	made             bool
}

// newRoom returns room for so many threads that compute. An operator who has set GOMAXPROCS knows better.
func newRoom(cores, computing int) *room {
	if os.Getenv("GOMAXPROCS") != "" {
		return &room{}
	}
	return &room{cores: cores, computing: computing}
}

func (r *room) make() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.computing > 0 && !r.made {
		r.made = true
		runtime.GOMAXPROCS(r.cores + r.computing)
	}
}

// clear is for a while without hashes: more processors than cores cost a refresh some percent.
func (r *room) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.made {
		r.made = false
		runtime.GOMAXPROCS(r.cores)
	}
}
