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

// presentAtBorder turns the clock to where something changes for a session, or to the microsecond beside it, and
// presents the current token or the one just replaced.
func (p *player) presentAtBorder(t *rapid.T) {
	s := p.ofLength(t, 1)
	back := min(rapid.IntRange(1, 2).Draw(t, "token from the end"), len(s.tokens))
	borders := []time.Time{s.current().expires, s.ends, s.lastExpiry().Add(margin)}
	if back == 2 {
		borders = []time.Time{s.replacedAt.Add(grace)}
	}
	border := rapid.SampledFrom(borders).Draw(t, "border")
	beside := rapid.IntRange(-1, 1).Draw(t, "beside")
	if !p.turn(border.Add(time.Duration(beside) * time.Microsecond)) {
		t.Skip("that is past")
	}
	p.present(t, s, len(s.tokens)-back)
}
