// Package uuidv7 makes identifiers: UUIDs of version 7, which sort by the time of their making and so keep the
// indexes of a database together, and random texts for tokens. It keeps no record of what it made.
package uuidv7

import (
	"crypto/rand"
	"encoding/base64"

	"github.com/google/uuid"
)

// randomBytes is the 128 bits that ports.IDs promises.
const randomBytes = 16

// IDs implements ports.IDs. Its zero value is ready for use.
type IDs struct{}

// New returns a UUID of version 7. Within one process a later one always sorts after an earlier one. Its first 48 bits
// tell when it was made, and only some of the others are random: it is a name, never a secret.
func (IDs) New() string {
	// It fails only if the operating system's generator does, which ends the program before it could say so.
	return uuid.Must(uuid.NewV7()).String()
}

// Random returns 128 bits from the operating system's generator, in unpadded base64url.
func (IDs) Random() string {
	b := make([]byte, randomBytes)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
