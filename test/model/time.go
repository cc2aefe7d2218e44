package model

import (
	"time"

	"pgregory.net/rapid"
)

// mostBack is how far the clock ever is behind the latest that it has shown. It is less than the margin of pruning and
// than the tolerance on iat, past which tokens are refused for reasons that the model leaves out.
const mostBack = 30 * time.Second

// turn turns the clock, and reports whether that was allowed.
func (p *player) turn(at time.Time) bool {
	if at.Before(p.furthest.Add(-mostBack)) {
		return false
	}
	p.clock.now = at
	p.furthest = later(p.furthest, at)
	return true
}

func (p *player) letTimePass(t *rapid.T) {
	d := rapid.SampledFrom([]time.Duration{
		time.Microsecond, time.Second, 3 * time.Second, grace, grace + time.Second, -2 * time.Second, -15 * time.Second,
		10 * time.Minute, 20 * time.Minute, lifetime + 2*margin,
	}).Draw(t, "time")
	if !p.turn(p.clock.now.Add(d)) {
		t.Skip("the clock has gone back far enough")
	}
}

// turnToBorder turns the clock to where something changes for a session, or to the microsecond beside it.
func (p *player) turnToBorder(t *rapid.T) {
	s := p.ofLength(t, 1)
	border := rapid.SampledFrom([]time.Time{
		s.replacedAt.Add(grace), s.current().expires, s.ends, s.lastExpiry().Add(margin),
	}).Draw(t, "border")
	beside := rapid.IntRange(-1, 1).Draw(t, "beside")
	if !p.turn(border.Add(time.Duration(beside) * time.Microsecond)) {
		t.Skip("that is past")
	}
}
