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
