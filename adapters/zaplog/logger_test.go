package zaplog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"go.uber.org/fx/fxevent"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/zaplog"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// hostile breaks lines, clears terminals, turns text around and pretends to be an entry.
const hostile = "a\r\n{\"event\":\"user_added\"}\x1b[2J\x00\x7f\u009b2J\u2028\u202e\U000e0041\xff\tz"

func TestNewLogger_SaysWhichLevelsAndFormatsThereAre(t *testing.T) {
	for _, wrong := range []struct{ level, format, says string }{
		{"", "json", `log level "": want debug, info, warn or error`},
		{"INFO", "json", "want debug, info, warn or error"},
		{"fatal", "json", "want debug, info, warn or error"},
		{"info", "", `log format "": want json or console`},
		{"info", "text", "want json or console"},
	} {
		_, err := zaplog.NewLogger(wrong.level, wrong.format, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), wrong.says) {
			t.Errorf("level %q and format %q give the error %v, want %q in it", wrong.level, wrong.format, err, wrong.says)
		}
	}
}

func TestNewLogger_WritesFromItsLevelUp(t *testing.T) {
	levels := []string{"debug", "info", "warn", "error"}
	for i, level := range levels {
		logger, out := newLogger(t, level, "json")
		logger.Debug("an entry")
		logger.Info("an entry")
		logger.Warn("an entry")
		logger.Error("an entry")
		if got, want := strings.Count(out.String(), "\n"), len(levels)-i; got != want {
			t.Errorf("at the level %s %d of 4 entries are written, want %d", level, got, want)
		}
	}
}

func TestNewLogger_WritesTimesInUTC(t *testing.T) {
	for _, format := range []string{"json", "console"} {
		logger, out := newLogger(t, "info", format)
		before := time.Now().Add(-time.Millisecond)
		logger.Info("an entry", zap.Time("then", time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 3600))))
		text := strings.TrimPrefix(strings.TrimPrefix(out.String(), `{"level":"info","time":"`), "{")
		at, err := time.Parse("2006-01-02T15:04:05.000Z", text[:24])
		if err != nil || at.Before(before) || at.After(time.Now()) {
			t.Errorf("%s: the entry's time is %q (%v), want the present in UTC", format, text[:24], err)
		}
		if !strings.Contains(out.String(), "2026-03-04T04:06:07.000Z") {
			t.Errorf("%s: a field's time is not in UTC: %s", format, out)
		}
	}
}

func TestNewLogger_KeepsTextFromOutsideInItsPlace(t *testing.T) {
	for _, format := range []string{"json", "console"} {
		logger, out := newLogger(t, "info", format)
		logger.With(zap.String("with", hostile)).Error(hostile, zap.String("user_agent", hostile),
			zap.Error(errors.New(hostile)), zap.Any("list", []string{hostile}), zap.ByteString("bytes", []byte(hostile)),
			zap.Any("header", map[string]string{hostile: hostile}))
		written := strings.TrimSuffix(out.String(), "\n")
		for _, r := range written {
			if r != '\t' && !unicode.IsPrint(r) || r == utf8.RuneError {
				t.Errorf("%s: %U reaches the reader raw: %q", format, r, written)
				break
			}
		}
		if strings.Count(written, "\t") > map[string]int{"json": 0, "console": 3}[format] {
			t.Errorf("%s: a tab makes a column of its own: %q", format, written)
		}
	}
}

func TestNewLogger_KeepsAnInvalidByteOfAMessageFromTheTerminal(t *testing.T) {
	logger, out := newLogger(t, "info", "console")
	logger.Info("a\x9b2J") // 0x9b alone begins an escape sequence on a terminal of 8-bit characters
	if !strings.HasSuffix(out.String(), "a\\ufffd2J\n") {
		t.Errorf("the byte 0x9b reaches the terminal: %q", out)
	}
}

func TestNewLogger_EscapesSoThatJSONStillSaysTheSame(t *testing.T) {
	logger, out := newLogger(t, "info", "json")
	said := strings.ToValidUTF8(hostile, "") + " olá 😀"
	logger.Info("an entry", zap.String("text", said))
	var read struct{ Text string }
	if err := json.Unmarshal(out.Bytes(), &read); err != nil || read.Text != said {
		t.Errorf("%q reads back as %q (%v)", said, read.Text, err)
	}
	if !strings.Contains(out.String(), "olá 😀") {
		t.Errorf("what can be printed is escaped: %s", out)
	}
}

func TestNewLogger_PrintsNoSecret(t *testing.T) {
	logger, out := newLogger(t, "info", "json")
	secret := domain.NewSecret("hunter2hunter2")
	logger.Info("an entry", zap.Any("any", secret), zap.Stringer("stringer", secret),
		zap.Reflect("in", struct{ S domain.Secret }{secret}))
	if strings.Contains(out.String(), "hunter2") || strings.Count(out.String(), "[secret]") != 3 {
		t.Errorf("a secret is written as %s", out)
	}
}

func TestFxLogger_SpeaksAtDebugOnly(t *testing.T) {
	for level, speaks := range map[string]bool{"debug": true, "info": false} {
		logger, out := newLogger(t, level, "json")
		bridge := zaplog.FxLogger(logger)
		bridge.LogEvent(&fxevent.Started{})
		bridge.LogEvent(&fxevent.Started{Err: errors.New("no port")})
		if strings.Contains(out.String(), "no port") != speaks || (out.Len() > 0) != speaks {
			t.Errorf("at %s a start and a failed start are written as %q", level, out)
		}
	}
}

func newLogger(t *testing.T, level, format string) (*zap.Logger, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	logger, err := zaplog.NewLogger(level, format, &out)
	if err != nil {
		t.Fatal(err)
	}
	return logger, &out
}
