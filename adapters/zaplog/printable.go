package zaplog

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"go.uber.org/zap/buffer"
	"go.uber.org/zap/zapcore"
)

// printableEncoder escapes what its encoder lets through: control characters in the message, which the console form
// writes as it is, and anywhere those characters that JSON allows and a terminal or a reader obeys (U+009B
// begins an escape sequence, U+2028 a line, U+202E turns the text around).
type printableEncoder struct{ zapcore.Encoder }

// Clone keeps a logger's children printable too.
func (e printableEncoder) Clone() zapcore.Encoder { return printableEncoder{e.Encoder.Clone()} }

// EncodeEntry writes one entry. A stack trace, which holds names of functions and files only, has lines of its own
// in the console form.
func (e printableEncoder) EncodeEntry(entry zapcore.Entry, fields []zapcore.Field) (*buffer.Buffer, error) {
	if strings.ContainsFunc(entry.Message, unicode.IsControl) {
		quoted := strconv.Quote(entry.Message)
		entry.Message = quoted[1 : len(quoted)-1]
	}
	line, err := e.Encoder.EncodeEntry(entry, fields)
	if err != nil {
		return nil, err
	}
	escapeUnprintable(line)
	return line, nil
}

// escapeUnprintable escapes as JSON does, so that a JSON line still says the same. Outside its strings JSON is ASCII.
func escapeUnprintable(line *buffer.Buffer) {
	if plain(line.Bytes()) {
		return
	}
	text := line.String()
	line.Reset()
	for _, r := range text {
		switch {
		case !unprintable(r):
			line.AppendString(string(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			appendEscape(line, high)
			appendEscape(line, low)
		default:
			appendEscape(line, r)
		}
	}
}

// plain reports whether all of a line is ASCII that can be printed or that the encoder wrote, as nearly all lines are.
func plain(line []byte) bool {
	for _, c := range line {
		if c >= unicode.MaxASCII {
			return false
		}
	}
	return true
}

// unprintable leaves ASCII's control characters alone: the encoder wrote those that are there.
func unprintable(r rune) bool {
	return r >= unicode.MaxASCII && !unicode.IsPrint(r) || r == utf8.RuneError
}

func appendEscape(line *buffer.Buffer, r rune) {
	digits := strconv.FormatInt(int64(r), 16)
	line.AppendString(`\u` + "0000"[len(digits):] + digits)
}
