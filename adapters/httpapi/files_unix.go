//go:build unix

package httpapi

import (
	"math"
	"syscall"
)

// openFiles returns how many files, connections among them, the system lets this process have open.
func openFiles() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return math.MaxInt32
	}
	return int(min(uint64(limit.Cur), math.MaxInt32)) //nolint:unconvert // bounded right here; int64 on some systems
}
