package jwtsign

import (
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Settings say which keys a Signer has.
type Settings struct {
	// Algorithm is the one to sign with.
	Algorithm string
	// Secret is the key of HS256, which verifies with every algorithm. Previous are secrets that only verify.
	Secret   domain.Secret
	Previous []domain.Secret
	// Folder holds key pairs in PEM files, "" for none. They verify with every algorithm.
	Folder string
}

// secrets returns the HMAC keys, the one that may sign first.
func (s Settings) secrets() []*key {
	var keys []*key
	if !s.Secret.Empty() {
		keys = append(keys, newSecretKey("SECRET_KEY", s.Secret))
	}
	for i, secret := range s.Previous {
		if !secret.Empty() {
			k := newSecretKey(fmt.Sprintf("PREVIOUS_SECRET_KEYS %d", i+1), secret)
			k.VerifiesOnly = true
			keys = append(keys, k)
		}
	}
	return keys
}
