package main

import (
	"time"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// clock gives what every storage can keep. The fault tests replace this file by one whose clock they turn.
func clock() ports.Clock {
	return func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
}
