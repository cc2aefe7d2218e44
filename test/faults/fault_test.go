package faults

import (
	"fmt"
	"github.com/vidaplus/vidaplus-auth/test/crowd"
	"github.com/vidaplus/vidaplus-auth/test/program"
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
	rest := c.Busy()
	c.IsServed(30 * time.Second)
	f.begin()
	over := time.After(f.lasts)
	if !f.serves {
		s.saysSo(out, f.reads)
	}
	<-over
	f.end()
	recovery := c.IsServed(goesOn)
	rest()
	lostNothing(t, c)
	if a := s.login(); a.Token == "" {
		t.Errorf("after the fault a log-in is answered %d %s", a.Status, a.Text)
	}
	s.refuses(out)
	c.IsStillGuarded()
	for _, service := range services {
		service.lives()
	}
	if (c.Count(0) > 0) != f.unanswered {
		t.Errorf("%d requests got no answer, want that only of a process that is gone", c.Count(0))
	}
	if told := c.Count(http.StatusServiceUnavailable); (told == 0) != (f.unnoticed || f.unanswered) {
		t.Errorf("clients were told %d times to come again, so nothing is proved", told)
	}
	report(t, c, f.name, recovery)
}

// saysSo checks what a service says that has lost its store: 503 in time to whoever asks for what only the store knows,
// 401 to a forged token as ever, and never 200 to a token whose session has ended.
// Where the store can be read, that token is refused as ever, and a log-in notices at its second call that it cannot write.
func (s *service) saysSo(loggedOut string, reads bool) {
	s.T.Helper()
	limit := inTime
	if reads {
		limit += inTime
	}
	program.Within(s.T, 10*time.Second, "the service says that it is not ready", func() bool { return s.status("/readyz") == http.StatusServiceUnavailable })
	for what, ask := range map[string]func() crowd.Answer{
		"a log-in":                s.login,
		"a refresh of what ended": func() crowd.Answer { return s.refresh(loggedOut) },
		"a question who one is":   func() crowd.Answer { return s.send(http.MethodGet, "/auth/me", loggedOut, nil) },
	} {
		a := ask()
		if reads && a.Status == http.StatusUnauthorized && a.Took < limit {
			continue
		}
		if a.Status != http.StatusServiceUnavailable || a.Wait < time.Second || a.Wait > 2*time.Second || a.Took > limit {
			s.T.Errorf("%s is answered %d %s after %v, want 503 with Retry-After within %v", what, a.Status, a.Text, a.Took, limit)
		}
	}
	if a := s.refresh(loggedOut + "x"); a.Status != http.StatusUnauthorized {
		s.T.Errorf("a forged token is answered %d %s, want 401", a.Status, a.Text)
	}
	if status := s.status("/healthz"); status != http.StatusOK {
		s.T.Errorf("/healthz says %d, want 200: the process lives", status)
	}
}

func (s *service) refuses(token string) {
	s.T.Helper()
	if a := s.refresh(token); a.Status != http.StatusUnauthorized {
		s.T.Errorf("a token whose session has ended is answered %d %s, want 401", a.Status, a.Text)
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

func report(t *testing.T, c *crowd.Crowd, fault string, recovery time.Duration) {
	t.Helper()
	seen := []string{fmt.Sprintf("%d × 200", c.Count(http.StatusOK))}
	if n := c.Count(http.StatusServiceUnavailable); n > 0 {
		seen = append(seen, fmt.Sprintf("%d × 503, told to wait %.0f s", n, c.LongestWait.Seconds()))
	}
	if n := c.Count(0); n > 0 {
		seen = append(seen, fmt.Sprintf("%d × no answer", n))
	}
	seen = append(seen, fmt.Sprintf("slowest answer %.2f s", c.Slowest.Seconds()))
	note(t, fault, strings.Join(seen, ", "), fmt.Sprintf("%.2f s", recovery.Seconds()))
}

func writeTable(path string) error {
	slices.Sort(table.lines)
	head := "| fault | what 32 busy clients saw | service resumes after | test |\n|---|---|---|---|\n"
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(head+strings.Join(table.lines, "\n")+"\n"), 0o644)
}
