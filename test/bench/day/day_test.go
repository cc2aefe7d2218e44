package day

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestGroups_AreAllSessions(t *testing.T) {
	sum := 0.0
	for _, g := range groups {
		sum += g.share
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the shares add up to %v, want 1", sum)
	}
}

func TestDay_ItsHoursAddUpToAllOfIt(t *testing.T) {
	d := New(5000, 10)
	refreshes, want := 0, 0
	for _, n := range d.Refreshes() {
		refreshes += n
	}
	for _, e := range d.Events {
		want += e.Kind.Answers()
	}
	present, there := 0.0, 0.0
	for _, n := range d.Present() {
		present += n
	}
	for _, s := range d.Stays {
		there += (s.Until - max(s.From, 0)).Hours()
	}
	if refreshes != want || math.Abs(present-there) > 1e-6*there {
		t.Errorf("%d refreshes of %d, %.1f hours of %.1f: want all of them", refreshes, want, present, there)
	}
}

func TestDay_SessionsThatAreThereRefreshOnceInAnInterval(t *testing.T) {
	d := New(8000, 0)
	n, present := d.Refreshes(), d.Present()
	for _, h := range []int{2, 4, 10, 11, 14, 19, 20} { // hours in which few come or go
		want := present[h] / Interval.Hours() * (1 + twice)
		if ratio := float64(n[h]) / want; ratio < 0.85 || ratio > 1.15 {
			t.Errorf("hour %d has %d refreshes, want about %.0f for %.0f sessions", h, n[h], want, present[h])
		}
	}
}

func TestDay_HasAQuietNightAPeakInTheMorningAndALunch(t *testing.T) {
	n := New(8000, 0).Refreshes()
	busiest := slices.Index(n[:], slices.Max(n[:]))
	if busiest < 9 || busiest > 11 || n[3]*4 > n[busiest] || n[12] > n[11]*9/10 || n[12] > n[14]*9/10 {
		t.Errorf("%v, want the most from 9 to 11, a quarter at most at 3, and fewer at 12 than around it", n)
	}
}

func TestDay_EachSessionDoesThingsInTheirOrder(t *testing.T) {
	d := New(5000, 50)
	logins, last := 0, make(map[int32]Event)
	for i, e := range d.Events {
		before, seen := last[e.Stay]
		switch s := d.Stays[e.Stay]; {
		case i > 0 && e.At < d.Events[i-1].At, e.At < 0, e.At >= Length, e.At < s.From, e.At > s.Until:
			t.Fatalf("%+v is out of order, or not within its stay %+v", e, s)
		case seen && before.Kind == Logout, seen && e.Kind == Login:
			t.Fatalf("%+v came after %+v", e, before)
		case e.Kind == Login:
			logins++
		case !seen && e.Kind != Logout && s.From >= 0 && e.At < s.From+Interval-Jitter:
			t.Fatalf("%+v is too early for a session of %s", e, s.From)
		}
		last[e.Stay] = e
	}
	if logins != 50 || len(d.ByPassword) != 50 {
		t.Errorf("%d log-ins with a password, want 50", logins)
	}
}

func TestDay_IsTheSameForWhoeverAsks(t *testing.T) {
	if !reflect.DeepEqual(New(500, 5), New(500, 5)) {
		t.Error("two days of the same numbers differ")
	}
}

func TestHourOf_EndsWithTheDay(t *testing.T) {
	for at, want := range map[time.Duration]int{0: 0, time.Hour - 1: 0, time.Hour: 1, Length - 1: 23, Length: 23, Length + time.Hour: 23} {
		if got := HourOf(at); got != want {
			t.Errorf("%s is in hour %d, want %d", at, got, want)
		}
	}
}
