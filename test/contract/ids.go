package contract

import (
	"encoding/base64"
	"regexp"
	"sync"
	"testing"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// IDs checks every promise of ports.IDs. open may return the same value every time.
func IDs(t *testing.T, open func(*testing.T) ports.IDs) {
	t.Run("New never repeats itself and keeps to its alphabet and length", func(t *testing.T) {
		form := regexp.MustCompile(`\A[A-Za-z0-9-]{1,64}\z`)
		for _, id := range distinct(t, open(t).New) {
			if !form.MatchString(id) {
				t.Fatalf("New returned %q, want 1 to 64 characters of [A-Za-z0-9-]", id)
			}
		}
	})
	t.Run("later ids sort after earlier ones", func(t *testing.T) { idsSort(t, open(t)) })
	t.Run("Random never repeats itself and is 128 random bits in base64url", func(t *testing.T) {
		texts := distinct(t, open(t).Random)
		ones := make([]int, 128)
		for _, text := range texts {
			countOnes(t, text, ones)
		}
		// 600 is twelve standard deviations: a bit that is fixed, counted up or taken from a clock strays further.
		for i, n := range ones {
			if n < len(texts)/2-600 || n > len(texts)/2+600 {
				t.Errorf("bit %d is set in %d of %d texts, want about half", i, n, len(texts))
			}
		}
	})
}

// distinct calls next 10,000 times, from many goroutines at once, and fails if two results are equal.
func distinct(t *testing.T, next func() string) []string {
	t.Helper()
	const callers, each = 50, 200
	made := make([]string, callers*each)
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for i := range each {
				made[c*each+i] = next()
			}
		})
	}
	all.Wait()
	seen := make(map[string]bool, len(made))
	for _, text := range made {
		if seen[text] {
			t.Fatalf("%q was made twice", text)
		}
		seen[text] = true
	}
	return made
}

// idsSort compares ids that were made 5,000 apart: those made in the same millisecond may come in any order.
func idsSort(t *testing.T, ids ports.IDs) {
	t.Helper()
	last := ids.New()
	for range 15 {
		for range 5_000 {
			ids.New()
		}
		id := ids.New()
		if id <= last {
			t.Fatalf("%q was made long after %q and sorts before it", id, last)
		}
		last = id
	}
}

func countOnes(t *testing.T, text string, ones []int) {
	t.Helper()
	bits, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(bits)*8 != len(ones) || len(text) != 22 {
		t.Fatalf("Random returned %q, want 128 bits in unpadded base64url", text)
	}
	for i := range ones {
		ones[i] += int(bits[i/8]>>(7-i%8)) & 1
	}
}
