package argon2

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Lengths of a new hash in bytes, and the bounds of a stored one's. A key shorter than 16 bytes is guessed too easily.
const (
	saltLength = 16
	keyLength  = 32

	minSaltLength, maxSaltLength = 8, 64
	minKeyLength, maxKeyLength   = 16, 64
)

// maxHashLength is longer than any hash within the bounds: nothing longer is looked into.
const maxHashLength = 255

const phcForm = "$argon2id$v=19$%s$%s$%s"

var base64Raw = base64.RawStdEncoding.Strict()

// hash is an Argon2id hash taken apart.
type hash struct {
	params    Params
	salt, key []byte
}

// String writes the hash in PHC string form.
func (h hash) String() string {
	return fmt.Sprintf(phcForm, h.params, base64Raw.EncodeToString(h.salt), base64Raw.EncodeToString(h.key))
}

// readHash takes apart what String writes, and reports false for any other spelling and for a cost or a length out of
// bounds. It hashes nothing.
func readHash(text string) (hash, bool) {
	parts := strings.Split(text[:min(len(text), maxHashLength+1)], "$")
	if len(parts) != 6 {
		return hash{}, false
	}
	params, badParams := ParseParams(parts[3])
	salt, badSalt := base64Raw.DecodeString(parts[4])
	key, badKey := base64Raw.DecodeString(parts[5])
	if badParams != nil || badSalt != nil || badKey != nil {
		return hash{}, false
	}
	h := hash{params, salt, key}
	// Comparing the whole leaves one spelling: the decoder, even a strict one, skips line ends.
	return h, h.bounded() && h.String() == text
}

func (h hash) bounded() bool {
	return len(h.salt) >= minSaltLength && len(h.salt) <= maxSaltLength &&
		len(h.key) >= minKeyLength && len(h.key) <= maxKeyLength
}

// sameForm reports whether both cost the same and have salts and keys of the same lengths.
func (h hash) sameForm(other hash) bool {
	return h.params == other.params && len(h.salt) == len(other.salt) && len(h.key) == len(other.key)
}
