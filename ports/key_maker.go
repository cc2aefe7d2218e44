package ports

import "github.com/vidaplus/vidaplus-auth/domain"

// KeyMaker makes keys for the algorithms that have a private and a public key.
type KeyMaker interface {
	// Make returns a new key of the algorithm, which no other call returns. It begins at the zero instant. It fails for
	// an algorithm that has no such keys.
	Make(algorithm string) (domain.MadeKey, error)

	// Kept returns the keys in a folder, the oldest first, and none if there is no such folder. It fails as a whole if
	// one of them cannot be used.
	Kept(folder string) ([]domain.Key, error)
}
