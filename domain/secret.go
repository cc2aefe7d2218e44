package domain

import (
	"crypto/subtle"
	"fmt"
	"io"
)

const masked = "[secret]"

// Secret is text that no log, error, JSON document or formatting verb prints. Reveal is the only way to its value, so
// that a search for "Reveal(" lists every place that sees a secret. The zero Secret is empty.
type Secret struct {
	// A pointer: formatting a struct that holds a Secret in an unexported field bypasses every method, and would
	// print a string, but of a pointer only the address.
	value *string
}

// NewSecret wraps value.
func NewSecret(value string) Secret { return Secret{value: &value} }

// Reveal returns the wrapped text.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// Empty reports whether there is no text inside.
func (s Secret) Empty() bool { return s.Reveal() == "" }

// Equal compares in a time that depends on the lengths only.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns a mask.
func (s Secret) String() string { return masked }

// GoString returns a mask.
func (s Secret) GoString() string { return masked }

// Format prints a mask for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// MarshalText returns a mask, which JSON and every logger use too.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// UnmarshalText takes the text as it is, so that configuration can be read into a Secret.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}
