package contract

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// KeyMaker checks every promise of ports.KeyMaker. keep writes a text to a new file of this name in the folder.
func KeyMaker(t *testing.T, maker ports.KeyMaker, keep func(t *testing.T, folder, name, text string)) {
	t.Run("every key is a new one and is found where it is kept", func(t *testing.T) {
		folder := t.TempDir()
		var want []domain.Key
		for i, algorithm := range []string{domain.EdDSA, domain.ES256, domain.RS256, domain.EdDSA} {
			made, err := maker.Make(algorithm)
			if err != nil || made.Algorithm != algorithm || !made.Begins.IsZero() || made.ID == "" || made.Text.Empty() {
				t.Fatalf("Make(%s) returned %+v, %v, want a key of it", algorithm, made.Key, err)
			}
			made.Begins = keyNoon.Add(time.Duration(i) * time.Second)
			want = append(want, made.Key)
		}
		// Kept in another order than they begin.
		for _, i := range []int{2, 0, 3, 1} {
			made, err := maker.Make(want[i].Algorithm)
			if err != nil || made.ID == want[i].ID {
				t.Fatalf("Make returned the key %s again, %v, want a new one", made.ID, err)
			}
			want[i].ID, made.Begins = made.ID, want[i].Begins
			keep(t, folder, made.FileName(), made.Text.Reveal()+"\n")
		}
		got, err := maker.Kept(folder)
		if err != nil || len(got) != len(want) {
			t.Fatalf("Kept returned %+v, %v, want %d keys", got, err, len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("key %d is %+v, want %+v", i, got[i], want[i])
			}
		}
	})
	t.Run("there is no key pair for other algorithms", func(t *testing.T) {
		for _, algorithm := range []string{"", domain.HS256, "none", "eddsa", "ES384", "PS256"} {
			if made, err := maker.Make(algorithm); err == nil || !made.Text.Empty() {
				t.Errorf("Make(%q) returned %+v, %v, want an error", algorithm, made.Key, err)
			}
		}
	})
	t.Run("no folder has no keys", func(t *testing.T) {
		folder := t.TempDir()
		for _, path := range []string{folder, filepath.Join(folder, "absent")} {
			if got, err := maker.Kept(path); err != nil || len(got) != 0 {
				t.Errorf("Kept returned %+v, %v, want none", got, err)
			}
		}
	})
	t.Run("one unusable key fails the whole", func(t *testing.T) {
		folder := t.TempDir()
		made, err := maker.Make(domain.EdDSA)
		if err != nil {
			t.Fatal(err)
		}
		keep(t, folder, made.FileName(), made.Text.Reveal())
		keep(t, folder, "other.pem", "no key")
		if got, err := maker.Kept(folder); err == nil || len(got) != 0 {
			t.Errorf("Kept returned %+v, %v, want an error", got, err)
		}
	})
}
