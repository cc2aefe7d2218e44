package argon2

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// The clock of the bubble moves only while everybody sleeps, so nobody waits for real.
func TestPasswordHasher_GivesItsMemoryBackOnceAfterARush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var released atomic.Int32
		hasher := NewPasswordHasher(cheap, 1, 0)
		hasher.release = newRelease(func() { released.Add(1) })
		time.Sleep(2 * quiet)
		want := func(n int32, when string) {
			synctest.Wait()
			if got := released.Load(); got != n {
				t.Errorf("%s the memory has been given back %d times, want %d", when, got, n)
			}
		}
		want(0, "before the first hash")
		for range 5 {
			if _, err := hasher.Hash(t.Context(), domain.NewSecret("pw")); err != nil {
				t.Fatal(err)
			}
			verdict(t, hasher, "", "pw")
			time.Sleep(quiet / 2)
		}
		want(0, "during the rush")
		time.Sleep(quiet)
		want(1, "after the rush")
		time.Sleep(time.Hour)
		want(1, "an hour later")
	})
}
