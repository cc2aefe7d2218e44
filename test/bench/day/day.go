package day

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// Kind is what a client does.
type Kind uint8

// The kinds.
const (
	// Login is one with a password.
	Login Kind = iota + 1
	Refresh
	// Twice is a refresh that two tabs ask for at the same moment.
	Twice
	// Lost is a refresh whose answer does not arrive, so that it is asked for again.
	Lost
	Logout
)

// Event is what one session, by its place in Day.Stays, does at one moment.
type Event struct {
	At   time.Duration
	Stay int32
	Kind Kind
}

// Day is all that happens, in its order.
type Day struct {
	Stays  []Stay
	Events []Event
	// ByPassword are the places of those stays that begin with a Login. The others' sessions are there when they begin.
	ByPassword map[int]bool
}

const (
	// Interval is how long after the last token a client asks for the next: shortly before the 30 minutes
	// of the token are over.
	Interval = 25 * time.Minute
	// Jitter is how much earlier or later it may ask.
	Jitter = time.Minute
	// The parts of all refreshes that come twice, and whose answer is lost; the part of all sessions that log out at the
	// end of their stay. The others are left to expire.
	twice, lost, loggedOut = 0.01, 0.005, 1.0 / 3
	// quiet is how long before the end of a stay nothing is refreshed any more.
	quiet = 2 * time.Minute
)

// New returns a day of so many sessions, some of which begin with a password. It is the same whenever it is asked for.
func New(sessions, passwords int) Day {
	chance := rand.New(rand.NewPCG(2026, 4))
	d := Day{Stays: stays(sessions, chance)}
	d.ByPassword = chosen(d.Stays, passwords)
	for i, s := range d.Stays {
		d.add(i, s, chance)
	}
	slices.SortStableFunc(d.Events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	return d
}

// chosen spreads n places over the stays that begin today.
func chosen(all []Stay, n int) map[int]bool {
	first, _ := slices.BinarySearchFunc(all, 0, func(s Stay, at time.Duration) int { return cmp.Compare(s.From, at) })
	places := make(map[int]bool, n)
	for i := range n {
		places[first+(len(all)-first)*i/n] = true
	}
	return places
}

func (d *Day) add(i int, s Stay, chance *rand.Rand) {
	put := func(at time.Duration, kind Kind) {
		if at >= 0 && at < Length {
			d.Events = append(d.Events, Event{At: at, Stay: int32(i), Kind: kind})
		}
	}
	if d.ByPassword[i] {
		put(s.From, Login)
	}
	for at := s.From + around(Interval, Jitter, chance); at < s.Until-quiet; at += around(Interval, Jitter, chance) {
		put(at, kindOf(chance.Float64()))
	}
	if chance.Float64() < loggedOut {
		put(s.Until, Logout)
	}
}

func kindOf(part float64) Kind {
	switch {
	case part < twice:
		return Twice
	case part < twice+lost:
		return Lost
	default:
		return Refresh
	}
}

// HourOf returns which hour of the day a moment is in; what comes after the day's end belongs to the last.
func HourOf(at time.Duration) int { return min(int(at/time.Hour), Hours-1) }

// Refreshes returns how many refreshes are to be answered in each hour: two of those that come twice, one of the others.
func (d Day) Refreshes() (n [Hours]int) {
	for _, e := range d.Events {
		n[HourOf(e.At)] += e.Kind.Answers()
	}
	return n
}

// Answers returns how many refreshes one such event wants answered.
func (k Kind) Answers() int {
	switch k {
	case Refresh, Lost:
		return 1
	case Twice:
		return 2
	default:
		return 0
	}
}

// Begun returns how many sessions begin in each hour; those that are there at midnight have begun before.
func (d Day) Begun() (n [Hours]int) {
	for _, s := range d.Stays {
		if s.From >= 0 {
			n[HourOf(s.From)]++
		}
	}
	return n
}

// Present returns how many sessions are there in each hour, on average.
func (d Day) Present() (mean [Hours]float64) {
	for _, s := range d.Stays {
		for h := range Hours {
			begin := time.Duration(h) * time.Hour
			within := min(s.Until, begin+time.Hour) - max(s.From, begin)
			mean[h] += max(within, 0).Hours()
		}
	}
	return mean
}
