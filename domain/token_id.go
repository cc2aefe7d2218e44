package domain

import (
	"strconv"
	"strings"
)

// TokenID tells one token of a session from every other: its generation, a dot, and 128 random bits in base64url.
// It is the claim jti and all that a store keeps of a token.
type TokenID string

// randomLength is the length of 128 bits in unpadded base64url.
const randomLength = 22

// NewTokenID joins a generation and its random part.
func NewTokenID(generation int64, random string) TokenID {
	return TokenID(strconv.FormatInt(generation, 10) + "." + random)
}

// Generation returns the token's place in its session, counted from 0, or -1 if the id is malformed.
func (id TokenID) Generation() int64 {
	number, random, _ := strings.Cut(string(id), ".")
	n, err := strconv.ParseUint(number, 10, 62)
	if err != nil || len(random) != randomLength || strconv.FormatUint(n, 10) != number {
		return -1
	}
	for _, c := range []byte(random) {
		if !isBase64URL(c) {
			return -1
		}
	}
	return int64(n)
}

// Valid reports whether the id has the form that NewTokenID gives.
func (id TokenID) Valid() bool { return id.Generation() >= 0 }

func isBase64URL(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}
