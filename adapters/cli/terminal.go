package cli

import (
	"context"
	"errors"
	"io"
	"unicode/utf8"
)

// What the keys send that a terminal obeys by itself, unless it hands on whatever is typed.
const (
	keyInterrupt = 0x03
	keyEnd       = 0x04
	keyKill      = 0x15
	keyBackspace = '\b'
	keyDelete    = 0x7f
)

// typedLine returns the line that is typed at a terminal that hands on every key, and obeys the keys in the terminal's place.
// The library's ReadPassword leaves them to the terminal, and with them never learns that the input has ended. One key is
// read at a time: what is typed ahead belongs to the next question. context.Canceled for Ctrl-C, io.EOF for Ctrl-D or a
// terminal that is gone before anything was typed.
func typedLine(terminal io.Reader) (string, error) {
	var line []byte
	for {
		var key [1]byte
		_, err := io.ReadFull(terminal, key[:])
		switch k := key[0]; {
		case errors.Is(err, io.EOF) || err == nil && k == keyEnd:
			if len(line) == 0 {
				return "", io.EOF
			}
			return string(line), nil
		case err != nil:
			return "", err
		case k == '\r' || k == '\n':
			return string(line), nil
		case k == keyInterrupt:
			return "", context.Canceled
		default:
			line = edited(line, k)
		}
	}
}

// edited returns the line after one more key. What is longer than any password is as wrong as what is longer still.
func edited(line []byte, key byte) []byte {
	switch {
	case key == keyKill:
		return line[:0]
	case key == keyBackspace || key == keyDelete:
		_, size := utf8.DecodeLastRune(line)
		return line[:len(line)-size]
	case len(line) > maxPasswordLine:
		return line
	default:
		return append(line, key)
	}
}
