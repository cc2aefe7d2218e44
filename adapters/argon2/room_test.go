package argon2

import (
	"runtime"
	"testing"
)

func TestRoom_IsThereWhileThereAreHashesAndNotAfterwards(t *testing.T) {
	t.Setenv("GOMAXPROCS", "")
	cores := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(cores) })
	r := newRoom(cores, 3)
	want := func(n int, when string) {
		t.Helper()
		if got := runtime.GOMAXPROCS(0); got != n {
			t.Errorf("%s there are %d processors, want %d", when, got, n)
		}
	}
	want(cores, "before the first hash")
	r.make()
	r.make()
	want(cores+3, "during hashes")
	r.clear()
	r.clear()
	want(cores, "after the hashes")
}

func TestRoom_IsLeftToAnOperatorWhoHasDecided(t *testing.T) {
	t.Setenv("GOMAXPROCS", "2")
	before := runtime.GOMAXPROCS(0)
	newRoom(before, 3).make()
	if got := runtime.GOMAXPROCS(0); got != before {
		t.Errorf("there are %d processors, want %d as before", got, before)
	}
}
