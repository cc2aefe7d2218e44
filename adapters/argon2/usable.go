package argon2

import "github.com/vidaplus/vidaplus-auth/domain"

// Usable is a ports.UsableHash: it knows the hashes that Verify can check.
func Usable(stored domain.Secret) bool {
	_, readable := readHash(stored.Reveal())
	return readable || bcryptForm.MatchString(stored.Reveal())
}
