package e2e

import (
	"encoding/json"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unicode"
)

// hostileText clears terminals, turns text around and pretends to be an event, all with what a header may hold. What it may
// not, the standard library refuses: see refusedText.
const (
	hostileText = "x\u009b31m\u2028\u202e\"}{\"message\":\"security event\",\"event\":\"user_added\"}\t\xff"
	refusedText = "x\x1b[2J\x7f\"event\":\"user_added\""
)

func TestAttack_NoTextOfAClientMakesALineOfTheLog(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "console"} {
		s := operator(t, "sqlite:vidaplus.db", "LOG_FORMAT="+format, "LOG_LEVEL=debug", "TRUSTED_PROXIES=127.0.0.0/8", aClient)
		s.AddUser(maria, mariasPassword)
		s.Start()
		escaped := "%1b[2J%0d%0a" + strings.NewReplacer("\"", "%22", " ", "%20", "\t", "%09", "\xff", "%ff").Replace(hostileText)
		for _, raw := range []string{
			rawRequest("POST /auth/token", marias, "User-Agent: "+hostileText),
			rawRequest("POST /auth/token", "username=a%0d%0a"+escaped+"&password=b%0a"+escaped+"&grant_type=%0d%0a"+escaped),
			rawRequest("POST /auth/token", marias, "X-Forwarded-For: "+hostileText, "X-Request-ID: "+hostileText, "Origin: "+hostileText),
			rawRequest("POST /auth/token", marias, "User-Agent: "+refusedText),
			rawRequest("POST /auth/token", marias, "X-Forwarded-For: 203.0.113.7%0a"+escaped),
			rawRequest("GET /auth/%0d%0a"+escaped, ""), rawRequest("GET /docs/%0a"+escaped+"?a=%0d%0a"+escaped, ""),
			rawRequest("DELETE /auth/sessions/%0a"+escaped, "", "Authorization: Bearer "+s.loggedIn()),
			rawRequest("POST /auth/token/refresh_token", "", "Authorization: Bearer "+hostileText),
			rawRequest("POST /auth/introspect", "token=%0a"+escaped, "Authorization: Basic "+hostileText),
			rawRequest("{\"event\":1} /", ""), rawRequest("GET\x1b[2J /healthz", ""), "\x16\x03\x01\x1b[2J\n{\"event\":\"user_added\"}\r\n\r\n",
		} {
			s.raw(raw)
		}
		s.Stop(syscall.SIGTERM)
		s.logIsWhole(format)
	}
}

var consoleLine = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t(debug|info|warn|error)\t`)

// logIsWhole checks that every line is one entry of the service's own making, which a terminal only shows.
func (s *service) logIsWhole(format string) {
	s.T.Helper()
	lines := strings.Split(strings.TrimSuffix(s.Out.String(), "\n"), "\n")
	requests := 0
	for _, line := range lines {
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) && r != '\t' }) {
			s.T.Errorf("%s: %q has what a terminal obeys", format, line)
		}
		var entry struct{ Message, Event, Level, Time string }
		switch {
		case format == "console" && !consoleLine.MatchString(line):
			s.T.Errorf("%q is no entry", line)
		case format == "json" && (json.Unmarshal([]byte(line), &entry) != nil || entry.Message == "" || entry.Level == "" || entry.Time == ""):
			s.T.Errorf("%q is no entry", line)
		case entry.Event == "user_added":
			s.T.Errorf("%q was written by a client", line)
		}
		if strings.Contains(line, "login_succeeded") {
			requests++
		}
	}
	if requests < 3 {
		s.T.Errorf("%s: %d log-ins are recorded, so this story tells nothing:\n%s", format, requests, s.Out)
	}
}
