package argon2

import (
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzVerify hashes nothing: what it checks is that every text leads to exactly one hash, within the bounds.
func FuzzVerify(f *testing.F) {
	for _, k := range knownHashes {
		f.Add(k.hash, k.password)
	}
	for _, text := range brokenHashes() {
		f.Add(text[:min(len(text), 1000)], "pw")
	}
	f.Fuzz(func(t *testing.T, text, password string) {
		hashed := 0
		hasher := NewPasswordHasher(cheap, 1, 0)
		hasher.derive = func(_, salt []byte, time, memory uint32, threads uint8, key uint32) []byte {
			hashed++
			if !(Params{memory, time, threads}).bounded() || len(salt) < 8 || len(salt) > 64 || key < 16 || key > 64 {
				t.Errorf("%q makes a key of %d bytes with m=%d,t=%d,p=%d", text, key, memory, time, threads)
			}
			return make([]byte, key)
		}
		hasher.bcrypt = func(text, password string) bool {
			hashed++
			if len(text) != 60 || text[4:7] > "15$" || len(password) > 72 || strings.Contains(password, "\x00") {
				t.Errorf("bcrypt is asked whether %q belongs to %q", password, text)
			}
			return false
		}
		ok, outdated, err := hasher.Verify(t.Context(), domain.NewSecret(text), domain.NewSecret(password), nil)
		// A stored key of nothing but zeros is the one that the stand-in for the hash function makes.
		if err != nil || hashed != 1 || (ok || outdated) && !strings.Contains(text, "AAAAAAAAAAAAAAAA") {
			t.Errorf("Verify(%q, %q) returned %v, %v, %v after %d hashes, want one", text, password, ok, outdated, err, hashed)
		}
	})
}
