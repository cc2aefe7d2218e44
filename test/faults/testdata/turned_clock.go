package main

import (
	"os"
	"strings"
	"time"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// clock is the program's own, put forward or back by the duration in the file that TEST_CLOCK names.
func clock() ports.Clock {
	path := os.Getenv("TEST_CLOCK")
	return func() time.Time {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		by, err := time.ParseDuration(strings.TrimSpace(string(text)))
		if err != nil {
			panic(err)
		}
		return time.Now().Add(by).UTC().Truncate(time.Microsecond)
	}
}
