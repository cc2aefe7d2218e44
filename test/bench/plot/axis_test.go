package plot

import (
	"math"
	"slices"
	"testing"
)

func TestLinear_HasRoundTicksThatReachTheGreatest(t *testing.T) {
	for greatest, want := range map[float64][]float64{
		52000: {0, 10000, 20000, 30000, 40000, 50000, 60000}, 9: {0, 2, 4, 6, 8, 10}, 100: {0, 20, 40, 60, 80, 100},
	} {
		if got := linear(greatest).ticks; !slices.Equal(got, want) {
			t.Errorf("up to %v the ticks are %v, want %v", greatest, got, want)
		}
	}
}

func TestDecades_AreWholePowersOfTen(t *testing.T) {
	a := decades(0.3, 70)
	if want := []float64{0.1, 1, 10, 100}; !slices.EqualFunc(a.ticks, want, near) {
		t.Errorf("%v, want %v", a.ticks, want)
	}
	if middle := a.place(math.Sqrt(0.1 * 100)); !near(middle, (a.from+a.to)/2) {
		t.Errorf("the middle is at %v, between %v and %v", middle, a.from, a.to)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6*max(1, math.Abs(b)) }

func TestApart_LeavesOutNumbersThatWouldTouch(t *testing.T) {
	a := axis{log: true, least: 1, top: 1000, from: 0, to: 300}
	if got := a.apart([]float64{1000, 1, 1, 1.5, 10, 11}); !slices.Equal(got, []float64{1, 10, 1000}) {
		t.Errorf("%v, want those with room", got)
	}
}

func TestPanel_OnAnEvenAxisHoursAreTheSameDistanceApartFromTheBeginning(t *testing.T) {
	x, _ := Panel{Even: true, Lines: []Line{{Points: []Point{{0, 1}, {12, 1}, {24, 1}}}}}.axes()
	if !near(x.place(0), left) || !near(x.place(12), (x.from+x.to)/2) || !x.shows(0) {
		t.Errorf("0 is at %v, 12 at %v: want the left end and the middle", x.place(0), x.place(12))
	}
}

func TestLabel_IsShort(t *testing.T) {
	for value, want := range map[float64]string{0: "0", 0.1: "0.1", 2000: "2000", 50000: "50k", 12500: "12.5k"} {
		if got := label(value); got != want {
			t.Errorf("%v is %q, want %q", value, got, want)
		}
	}
}
