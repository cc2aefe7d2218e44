package domain

import (
	"strings"
	"time"
)

const (
	// KeyFileEnding is how the name of a key's file ends.
	KeyFileEnding = ".pem"
	keyFileTime   = "20060102T150405Z"
)

// FileName returns the name of the file that a key is kept in.
func (k Key) FileName() string {
	return k.Begins.UTC().Format(keyFileTime) + "_" + k.ID + KeyFileEnding
}

// KeyFileBegins returns the instant at which the key in a file of this name begins to sign: the zero time, which has
// always begun, unless the name begins as FileName writes it. What follows is for people.
func KeyFileBegins(name string) time.Time {
	instant, _, found := strings.Cut(name, "_")
	begins, err := time.Parse(keyFileTime, instant)
	// The parser takes a fraction of a second that the form does not have.
	if !found || err != nil || len(instant) != len(keyFileTime) {
		return time.Time{}
	}
	return begins
}
