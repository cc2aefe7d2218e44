package domain

import (
	"bytes"
	"strconv"
	"unicode"
	"unicode/utf16"
)

// SurrogatesPaired reports whether every \uD800 to \uDFFF in a valid JSON text is half of a pair. Readers replace a lone
// one without a word, so that two different texts, two passwords say, would read alike.
func SurrogatesPaired(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			return true
		}
		text = text[i:]
		unit := escapedUnit(text)
		if !utf16.IsSurrogate(unit) {
			text = text[2:]
			continue
		}
		if utf16.DecodeRune(unit, escapedUnit(text[6:])) == unicode.ReplacementChar {
			return false
		}
		text = text[12:]
	}
}

// escapedUnit returns the UTF-16 code unit of the \uXXXX that text begins with, or 0 if it begins otherwise.
func escapedUnit(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(unit)
}
