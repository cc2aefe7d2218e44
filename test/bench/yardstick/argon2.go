package main

import (
	"encoding/json"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
)

// hashAlone checks passwords as a log-in does, with our default parameters and as many at once as there are cores, and
// prints how many it did a second.
func hashAlone(out io.Writer, duration time.Duration) error {
	var hashed atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for time.Since(start) < duration {
				argon2.IDKey([]byte("a password"), []byte("sixteen of salt."), 3, 65536, 4, 32)
				hashed.Add(1)
			}
		})
	}
	all.Wait()
	return json.NewEncoder(out).Encode(map[string]float64{"rate": float64(hashed.Load()) / time.Since(start).Seconds()})
}
