package day

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// Length is a day's, and Hours how many figures describe it.
const (
	Length = 24 * time.Hour
	Hours  = 24
)

// Stay is one session: somebody logs in and is there for a while. From is before 0 for one that began yesterday.
type Stay struct{ From, Until time.Duration }

// group is people who come and go alike: each within spread of from, and for a time within vary of stay.
type group struct {
	who          string
	share        float64
	from, spread time.Duration
	stay, vary   time.Duration
}

// groups are the day's sessions. Whoever leaves for lunch logs in again afterwards.
var groups = []group{
	{"the night shift that began yesterday", 0.06, -time.Hour, 15 * time.Minute, 8 * time.Hour, 10 * time.Minute},
	{"the morning shift", 0.20, 7 * time.Hour, 15 * time.Minute, 8 * time.Hour, 15 * time.Minute},
	{"offices until lunch", 0.13, 8*time.Hour + 30*time.Minute, 30 * time.Minute, 3*time.Hour + 30*time.Minute, 15 * time.Minute},
	{"offices after lunch", 0.13, 13 * time.Hour, 20 * time.Minute, 4*time.Hour + 30*time.Minute, 30 * time.Minute},
	{"out-patients and visitors of the morning", 0.18, 10 * time.Hour, 2 * time.Hour, 50 * time.Minute, 20 * time.Minute},
	{"out-patients and visitors of the afternoon", 0.10, 16 * time.Hour, 3 * time.Hour, 50 * time.Minute, 20 * time.Minute},
	{"the evening shift", 0.15, 15 * time.Hour, 15 * time.Minute, 8 * time.Hour, 15 * time.Minute},
	{"tonight's night shift", 0.05, 23 * time.Hour, 15 * time.Minute, 8 * time.Hour, 10 * time.Minute},
}

// stays returns n sessions in the order in which they begin. They are cut at the day's end.
func stays(n int, chance *rand.Rand) []Stay {
	all := make([]Stay, 0, n)
	for i := range n {
		g := groupAt((float64(i) + 0.5) / float64(n))
		from := around(g.from, g.spread, chance)
		all = append(all, Stay{From: from, Until: min(from+around(g.stay, g.vary, chance), Length)})
	}
	slices.SortFunc(all, func(a, b Stay) int { return cmp.Compare(a.From, b.From) })
	return all
}

// groupAt returns the group that a part of all sessions, counted through, falls into.
func groupAt(part float64) group {
	for _, g := range groups {
		if part -= g.share; part < 0 {
			return g
		}
	}
	return groups[len(groups)-1]
}

func around(middle, spread time.Duration, chance *rand.Rand) time.Duration {
	return middle + time.Duration((2*chance.Float64()-1)*float64(spread))
}
