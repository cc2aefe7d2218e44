package zaplog_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/zaplog"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzLogger writes any text in either format: it stays in one line that a terminal only shows, and in JSON it reads
// back as it was.
func FuzzLogger(f *testing.F) {
	f.Add(hostile, "curl/8")
	f.Add("", "\x1b[2J\u202e")
	f.Add("a\nb", `","event":"user_added`)
	f.Fuzz(func(t *testing.T, message, agent string) {
		for _, format := range []string{"json", "console"} {
			var out bytes.Buffer
			logger, err := zaplog.NewLogger("info", format, &out)
			if err != nil {
				t.Fatal(err)
			}
			logger.Info(message, zap.String("user_agent", agent))
			zaplog.NewAuditLog(logger).Record(t.Context(), domain.Event{
				Kind: domain.EventLoginRefused, At: time.Unix(0, 0), Client: domain.Client{Address: message, UserAgent: agent},
			})
			checkLines(t, out.String(), format, agent)
		}
	})
}

func checkLines(t *testing.T, text, format, agent string) {
	t.Helper()
	lines := strings.SplitAfter(text, "\n")
	if len(lines) != 3 || lines[2] != "" {
		t.Fatalf("%s: two entries are written as %q", format, text)
	}
	for _, line := range lines[:2] {
		if strings.ContainsFunc(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", ""), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%s: %q has what a terminal obeys", format, line)
		}
		var read struct {
			UserAgent string `json:"user_agent"`
		}
		if format == "json" && (json.Unmarshal([]byte(line), &read) != nil || utf8.ValidString(agent) && read.UserAgent != agent) {
			t.Errorf("%q was written for the user agent %q", line, agent)
		}
	}
}
