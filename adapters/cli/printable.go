package cli

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// escapedJSON says the same as text without the characters that JSON allows and a terminal or a reader obeys: U+009B
// begins an escape sequence, U+202E turns the text around. Outside its strings JSON has none of them.
func escapedJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			_, _ = fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// printable returns text as it is if a terminal only shows it, and quoted with escapes otherwise.
func printable(text string) string {
	if escaped(text) != text {
		return strconv.Quote(text)
	}
	return text
}

// escaped replaces what a terminal obeys, or cannot show, by escapes, and bytes that are no UTF-8 by U+FFFD.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		escape := strconv.QuoteRune(r)
		b.WriteString(escape[1 : len(escape)-1])
	}
	return b.String()
}

// maxShown is how many bytes of a wrong word a message repeats, about: longer ones are not words.
const maxShown = 256

// quoted shows a text that somebody typed.
func quoted(text string) string {
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "") + "…"
	}
	return strconv.Quote(text)
}
