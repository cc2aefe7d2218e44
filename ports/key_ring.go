package ports

import (
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// KeyRing holds the keys that this process signs and reads tokens with. No method tells key material that is not
// public. Its methods may be called by many callers at once.
type KeyRing interface {
	// List returns every key with what it does at `at`, in an order that only a change of the keys changes.
	List(at time.Time) []domain.KeyState

	// Publish returns the public keys that verify at `at` as a JWK Set (RFC 7517), among them keys that begin to sign
	// later. An HMAC secret is never among them.
	Publish(at time.Time) ([]byte, error)

	// Reload reads the keys again from where they are kept. It reports whether they have changed since the last call, or
	// since the start: an unknown key in a token makes the ring read them by itself. An error says what cannot be used;
	// what was read last stays then, whole. Keys that are all gone, or all those to sign with, are such an error.
	Reload() (changed bool, err error)
}
