package main

import (
	"time"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// steady compares the clock that everything is judged by, which can be put forward and back, with time that only passes.
type steady struct {
	clock      ports.Clock
	told, seen time.Time
}

func newSteady(clock ports.Clock) *steady {
	return &steady{clock: clock, told: clock(), seen: time.Now()}
}

// ahead returns by how much the clock has been put forward since it was last asked. A machine that slept looks like that too.
func (s *steady) ahead() time.Duration {
	told, seen := s.clock(), time.Now()
	by := told.Sub(s.told) - seen.Sub(s.seen)
	s.told, s.seen = told, seen
	return by
}
