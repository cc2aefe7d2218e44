package faults

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fault is something that happens to a busy service.
type fault struct {
	// name is what the table calls it.
	name string
	// begin and end cause it and take it away; end returns when whatever was away is back.
	begin, end func()
	lasts      time.Duration
	// serves says that requests are served all the same, as far as anybody can tell.
	serves bool
	// unnoticed says that nobody is told to come again.
	unnoticed bool
	// reads says that what is only read can be answered all the same.
	reads bool
	// unanswered says that some requests cannot be answered, because the process that took them is gone.
	unanswered bool
}

// endures lets a fault happen to services under a crowd, and checks what everybody sees.
func endures(t *testing.T, f fault, services ...*service) {
	t.Helper()
	c := gather(t, services...)
	s, out := services[len(services)-1], services[len(services)-1].loggedOut()
	rest := c.busy()
	c.isServed(30 * time.Second)
	f.begin()
	over := time.After(f.lasts)
	if !f.serves {
		s.saysSo(out, f.reads)
	}
	<-over
	f.end()
	recovery := c.isServed(goesOn)
	rest()
	c.lostNothing()
	if a := s.login(); a.token == "" {
		t.Errorf("after the fault a log-in is answered %d %s", a.status, a.text)
	}
	s.refuses(out)
	c.isStillGuarded()
	for _, service := range services {
		service.lives()
	}
	if (c.count(0) > 0) != f.unanswered {
		t.Errorf("%d requests got no answer, want that only of a process that is gone", c.count(0))
	}
	if told := c.count(http.StatusServiceUnavailable); (told == 0) != (f.unnoticed || f.unanswered) {
		t.Errorf("clients were told %d times to come again, so nothing is proved", told)
	}
	c.report(f.name, recovery)
}

// saysSo checks what a service says that has lost its store: 503 in time to whoever asks for what only the store knows,
// 401 to a forged token as ever, and never 200 to a token whose session has ended.
// Where the store can be read, that token is refused as ever, and a log-in notices at its second call that it cannot write.
func (s *service) saysSo(loggedOut string, reads bool) {
	s.t.Helper()
	limit := inTime
	if reads {
		limit += inTime
	}
	within(s.t, 10*time.Second, "the service says that it is not ready", func() bool { return s.status("/readyz") == http.StatusServiceUnavailable })
	for what, ask := range map[string]func() answer{
		"a log-in":                s.login,
		"a refresh of what ended": func() answer { return s.refresh(loggedOut) },
		"a question who one is":   func() answer { return s.send(http.MethodGet, "/auth/me", loggedOut, nil) },
	} {
		a := ask()
		if reads && a.status == http.StatusUnauthorized && a.took < limit {
			continue
		}
		if a.status != http.StatusServiceUnavailable || a.wait < time.Second || a.wait > 2*time.Second || a.took > limit {
			s.t.Errorf("%s is answered %d %s after %v, want 503 with Retry-After within %v", what, a.status, a.text, a.took, limit)
		}
	}
	if a := s.refresh(loggedOut + "x"); a.status != http.StatusUnauthorized {
		s.t.Errorf("a forged token is answered %d %s, want 401", a.status, a.text)
	}
	if status := s.status("/healthz"); status != http.StatusOK {
		s.t.Errorf("/healthz says %d, want 200: the process lives", status)
	}
}

func (s *service) refuses(token string) {
	s.t.Helper()
	if a := s.refresh(token); a.status != http.StatusUnauthorized {
		s.t.Errorf("a token whose session has ended is answered %d %s, want 401", a.status, a.text)
	}
}

// table is what was measured, a line a fault.
var table struct {
	mu    sync.Mutex
	lines []string
}

// note puts a line into the table. The test's name links it to the page that explains it.
func note(t *testing.T, fault, seen, recovery string) {
	t.Helper()
	t.Logf("%s: %s; resumes after %s", fault, seen, recovery)
	table.mu.Lock()
	defer table.mu.Unlock()
	table.lines = append(table.lines, fmt.Sprintf("| %s | %s | %s | `%s` |", fault, seen, recovery, t.Name()))
}

func (c *crowd) report(fault string, recovery time.Duration) {
	c.t.Helper()
	seen := []string{fmt.Sprintf("%d × 200", c.count(http.StatusOK))}
	if n := c.count(http.StatusServiceUnavailable); n > 0 {
		seen = append(seen, fmt.Sprintf("%d × 503, told to wait %.0f s", n, c.longestWait.Seconds()))
	}
	if n := c.count(0); n > 0 {
		seen = append(seen, fmt.Sprintf("%d × no answer", n))
	}
	seen = append(seen, fmt.Sprintf("slowest answer %.2f s", c.slowest.Seconds()))
	note(c.t, fault, strings.Join(seen, ", "), fmt.Sprintf("%.2f s", recovery.Seconds()))
}

func writeTable(path string) error {
	slices.Sort(table.lines)
	head := "| fault | what 32 busy clients saw | service resumes after | test |\n|---|---|---|---|\n"
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(head+strings.Join(table.lines, "\n")+"\n"), 0o644)
}
