package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestAttemptedEmail_KeepsAddressesAndNoPasswords(t *testing.T) {
	for typed, want := range map[string]string{
		"Nobody@Example.com": "nobody@example.com", "j.silva+x_1%": "", "j.silva-2@mail.hospital.com.br": "j.silva-2@mail.hospital.com.br",
		"hunter2": "", "P@ssw0rd": "", "Vida@2024": "", "p@ss.w0rd": "", "a b@example.com": "", "a@example.com\n": "",
		"a@example.com\x1b[2J": "", "á@example.com": "", "a@localhost": "", "@example.com": "", "": "",
		strings.Repeat("a", 65) + "@example.com": "", "a@" + strings.Repeat("b.", 200) + "com": "",
	} {
		if got := domain.AttemptedEmail(typed); got != want {
			t.Errorf("of %q is recorded %q, want %q", typed, got, want)
		}
	}
}

func TestEventKind_SaysHowItEnded(t *testing.T) {
	for kind, want := range map[domain.EventKind]string{
		domain.EventLoginSucceeded: "done", domain.EventLoginRefused: "refused", domain.EventLoginLimited: "limited",
		domain.EventPasswordRefused: "refused", domain.EventPasswordLimited: "limited",
		domain.EventClientRefused: "refused", domain.EventClientLimited: "limited", domain.EventUserUnlocked: "done",
		domain.EventTokenReused: "detected", domain.EventWeakSetting: "detected", domain.EventUserAdded: "done",
	} {
		if got := kind.Outcome(); got != want {
			t.Errorf("%s ended as %s, want %s", kind, got, want)
		}
	}
}

func TestEventFilter_MeansWhoAndWhen(t *testing.T) {
	e := domain.Event{At: noon, UserID: "u", Attempted: "a"}
	for _, c := range []struct {
		filter domain.EventFilter
		means  bool
	}{
		{domain.EventFilter{}, true},
		{domain.EventFilter{UserID: "u"}, true},
		{domain.EventFilter{UserID: "v"}, false},
		{domain.EventFilter{Attempted: "a"}, true},
		{domain.EventFilter{Attempted: "b"}, false},
		{domain.EventFilter{UserID: "v", Attempted: "a"}, true},
		{domain.EventFilter{Since: noon}, true},
		{domain.EventFilter{UserID: "u", Since: noon.Add(time.Microsecond)}, false},
	} {
		if got := c.filter.Matches(e); got != c.means {
			t.Errorf("%+v means the event: %v, want %v", c.filter, got, c.means)
		}
	}
}
