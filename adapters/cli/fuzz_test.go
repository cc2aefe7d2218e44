package cli

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzPrintable shows any text on a terminal: nothing in it is obeyed, and two different texts do not look alike.
func FuzzPrintable(f *testing.F) {
	for _, seed := range []string{"", "maria@example.com", "\x1b[2J", "a\nb", "\u202e\u009b", `"quoted"`, "\xff", strings.Repeat("é", 200), `\x1b`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, shown := range map[string]string{
			"printable": printable(text), "escaped": escaped(text), "quoted": quoted(text), "JSON": escapedJSON(jsonOf(t, text)),
		} {
			if strings.ContainsFunc(shown, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%s: %q is shown as %q", name, text, shown)
			}
		}
		if shown := printable(text); shown != text {
			if back, err := strconv.Unquote(shown); err != nil || back != text {
				t.Errorf("%q is shown as %s, which is %q, %v", text, shown, back, err)
			}
		}
		var back string
		if err := json.Unmarshal([]byte(escapedJSON(jsonOf(t, text))), &back); err != nil || utf8.ValidString(text) && back != text {
			t.Errorf("%q is %q in JSON, %v", text, back, err)
		}
	})
}

func jsonOf(t *testing.T, text string) string {
	t.Helper()
	written, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(written)
}

// FuzzReadPassword reads standard input: the password is the first line to the byte, and never longer than one can be.
func FuzzReadPassword(f *testing.F) {
	for _, seed := range []string{"", "\n", "password\r\n", "a\r", "\xff\x00\n", strings.Repeat("💶", domain.MaxPasswordLength) + "\r\nmore"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input string) {
		c := &cobra.Command{}
		c.SetContext(t.Context())
		c.SetIn(strings.NewReader(input))
		got, err := readPassword(c)
		line, rest, ended := strings.Cut(input, "\n")
		if ended {
			line = strings.TrimSuffix(line, "\r")
		}
		switch {
		case err != nil && (input != "" || !got.Empty()):
			t.Errorf("%q is refused: %v", input, err)
		case err == nil && len(line) <= maxPasswordLine-2 && got.Reveal() != line:
			t.Errorf("%q gives the password %q before %q, want %q", input, got.Reveal(), rest, line)
		case len(got.Reveal()) > maxPasswordLine:
			t.Errorf("%d bytes give a password of %d", len(input), len(got.Reveal()))
		}
	})
}

// FuzzSince reads since when events are asked for: an instant or a duration, never both, and no duration ahead.
func FuzzSince(f *testing.F) {
	for _, seed := range []string{"", "24h", "-1h", "0s", "2026-01-31T00:00:00Z", "2026-02-30T00:00:00Z", "1e9h", "9223372036854775807ns", "\x1b[2J"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var q application.EventQuery
		err := setSince(&q, text)
		switch {
		case err != nil && (q.Last != 0 || strings.ContainsAny(err.Error(), "\n\x1b") || text == ""):
			t.Errorf("%q: %v beside %v", text, q, err)
		case err == nil && q.Last > 0 && !q.Since.IsZero():
			t.Errorf("%q is %v", text, q)
		case q.Last < 0:
			t.Errorf("%q is %v ago", text, q.Last)
		}
	})
}
