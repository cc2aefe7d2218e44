package daemon

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
)

var taken sync.Map

// FreePort returns a port of 127.0.0.1 that is free, each one once. It chooses below the ports that systems hand out by
// themselves, so that the port is still free when the server is started a second time.
func FreePort() (int, error) {
	for range 1000 {
		port := 20000 + rand.IntN(12000)
		if _, before := taken.LoadOrStore(port, true); before {
			continue
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, listener.Close()
		}
	}
	return 0, errors.New("no port is free on 127.0.0.1")
}
