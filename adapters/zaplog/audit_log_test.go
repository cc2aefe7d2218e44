package zaplog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/zaplog"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

// line is an event as it is written, and any other field of the line.
type line struct {
	Level, Message, Time string
	At                   time.Time
	Event, Reason        string
	UserID               string `json:"user_id"`
	SessionID            string `json:"session_id"`
	ClientAddress        string `json:"ip"`
	UserAgent            string `json:"user_agent"`
	Attempted, Detail    string
	Count                int
}

func (l line) event() domain.Event {
	return domain.Event{
		Kind: domain.EventKind(l.Event), At: l.At, UserID: l.UserID, SessionID: l.SessionID, Count: l.Count,
		Reason: domain.Reason(l.Reason), Attempted: l.Attempted, Detail: l.Detail, Client: domain.Client{Address: l.ClientAddress, UserAgent: l.UserAgent},
	}
}

func TestAuditLog_KeepsTheContract(t *testing.T) {
	contract.AuditLog(t, func(t *testing.T) (ports.AuditLog, func() []domain.Event) {
		var out bytes.Buffer
		return newAuditLog(t, "info", "json", &out), func() []domain.Event { return events(t, out.String()) }
	})
}

func TestAuditLog_KeepsTheContractOnTheConsole(t *testing.T) {
	contract.AuditLog(t, func(t *testing.T) (ports.AuditLog, func() []domain.Event) {
		var out bytes.Buffer
		return newAuditLog(t, "info", "console", &out), func() []domain.Event { return events(t, out.String()) }
	})
}

func TestRecord_WritesOneLineWithTheWordsOfTheDomain(t *testing.T) {
	var out bytes.Buffer
	newAuditLog(t, "info", "json", &out).Record(t.Context(), reuse)
	want := `{"level":"warn","time":"2026-03-04T08:06:07.891Z","message":"security event",` +
		`"event":"token_reused","outcome":"detected","at":"2026-03-04T08:06:07.891234Z","user_id":"u","session_id":"s","reason":"stale",` +
		`"ip":"192.0.2.7","user_agent":"Agent/1.0","count":2}` + "\n"
	if out.String() != want {
		t.Errorf("the line is\n%swant\n%s", out.String(), want)
	}
}

func TestRecord_LeavesOutWhatIsEmpty(t *testing.T) {
	var out bytes.Buffer
	newAuditLog(t, "info", "json", &out).Record(t.Context(), domain.Event{Kind: domain.EventUserAdded})
	if want := `{"level":"info","message":"security event","event":"user_added","outcome":"done"}` + "\n"; out.String() != want {
		t.Errorf("the line is\n%swant\n%s", out.String(), want)
	}
}

func TestRecord_WarnsOfWhatSomebodyShouldLookInto(t *testing.T) {
	for _, kind := range []domain.EventKind{
		domain.EventLoginSucceeded, domain.EventLoginRefused, domain.EventTokenReused,
		domain.EventSessionRevoked, domain.EventUserRemoved, domain.EventPasswordChanged, domain.EventWeakSetting,
	} {
		var out bytes.Buffer
		newAuditLog(t, "info", "json", &out).Record(t.Context(), domain.Event{Kind: kind})
		warns := strings.Contains(out.String(), `"level":"warn"`)
		if warns != (kind.Outcome() == "detected") {
			t.Errorf("the event %s is written as %s", kind, out.String())
		}
	}
}

func TestRecord_WritesWhateverTheLogLevel(t *testing.T) {
	var out bytes.Buffer
	newAuditLog(t, "error", "json", &out).Record(t.Context(), domain.Event{Kind: domain.EventLoginRefused})
	if len(events(t, out.String())) != 1 {
		t.Errorf("at the log level error a refused login is written as %q, want one line", out.String())
	}
}

func TestRecord_GoesOnAfterALineThatCouldNotBeWritten(t *testing.T) {
	var out bytes.Buffer
	log := newAuditLog(t, "info", "json", &failsOnce{out: &out})
	log.Record(t.Context(), domain.Event{Kind: domain.EventUserAdded})
	log.Record(t.Context(), domain.Event{Kind: domain.EventUserRemoved})
	got := events(t, out.String())
	if len(got) != 1 || got[0].Kind != domain.EventUserRemoved {
		t.Errorf("after a failed write %v is written, want the event user_removed", got)
	}
}

var reuse = domain.Event{
	Kind: domain.EventTokenReused, At: time.Date(2026, 3, 4, 5, 6, 7, 891_234_000, time.FixedZone("", -3*3600)),
	UserID: "u", SessionID: "s", Reason: domain.ReasonReuseStale, Count: 2,
	Client: domain.Client{Address: "192.0.2.7", UserAgent: "Agent/1.0"},
}

type failsOnce struct {
	out    io.Writer
	failed bool
}

func (f *failsOnce) Write(line []byte) (int, error) {
	if !f.failed {
		f.failed = true
		return 0, errors.New("broken pipe")
	}
	return f.out.Write(line)
}

func newAuditLog(t *testing.T, level, format string, out io.Writer) ports.AuditLog {
	t.Helper()
	logger, err := zaplog.NewLogger(level, format, out)
	if err != nil {
		t.Fatal(err)
	}
	return zaplog.NewAuditLog(logger)
}

// events reads back what was written in either format.
func events(t *testing.T, text string) []domain.Event {
	t.Helper()
	var all []domain.Event
	for written := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		var l line
		_, object, _ := strings.Cut(written, "{")
		switch {
		case strings.HasSuffix(written, "security event"): // the console form of an empty event
		case json.Unmarshal([]byte("{"+object), &l) != nil:
			t.Fatalf("not a line of the log: %q", written)
		}
		all = append(all, l.event())
	}
	return all
}
