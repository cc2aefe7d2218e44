//go:build !unix

package httpapi

import "math"

// openFiles returns how many files the system lets this process have open: as many as it likes.
func openFiles() int { return math.MaxInt32 }
