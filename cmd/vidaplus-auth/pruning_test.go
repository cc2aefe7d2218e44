package main

import (
	"testing"
	"time"
)

func TestAbout_IsNeverFarOffAndSeldomTheSame(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 100 {
		d := about(time.Hour)
		if d < 30*time.Minute || d >= 90*time.Minute {
			t.Fatalf("about an hour is %v", d)
		}
		seen[d] = true
	}
	if len(seen) < 90 {
		t.Errorf("of 100 intervals only %d differ", len(seen))
	}
}

func TestFirstAndThen_AReplicaPrunesLongBeforeTheHourIsOverAndThenAboutOnceAnHour(t *testing.T) {
	for range 100 {
		interval := firstAndThen(firstPrune, pruneEvery)
		if d := interval(); d < time.Minute || d >= 30*time.Minute {
			t.Fatalf("the first pruning comes after %v, want some minutes", d)
		}
		for range 3 {
			if d := interval(); d < 30*time.Minute || d >= 90*time.Minute {
				t.Fatalf("a later pruning comes after %v, want about an hour", d)
			}
		}
	}
}
