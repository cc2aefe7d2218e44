package faults

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// TestEvents_AStoreOfTheirsThatIsAwayLosesNoLogin has statements on security events wait, and then fail, while all else of
// the database is well.
func TestEvents_AStoreOfTheirsThatIsAwayLosesNoLogin(t *testing.T) {
	database := pg.Database(t)
	s := start(t, database)
	lock := connected(t, database)
	logins := 0
	logIn := func(lasts time.Duration) {
		for end := time.Now().Add(lasts); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if a := s.login(); a.Token == "" || a.Took > inTime {
				t.Fatalf("a log-in is answered %d %s after %v, want 200 in time", a.Status, a.Text, a.Took)
			}
			logins++
		}
	}
	endures(t, fault{
		name: "the table of security events is locked for 6 s, then gone for 3 s",
		begin: func() {
			execute(t, lock, "BEGIN", "LOCK TABLE vidaplus_auth.security_events IN ACCESS EXCLUSIVE MODE")
			logIn(6 * time.Second)
			execute(t, lock, "ROLLBACK")
			s.stored(t, logins)
			execute(t, lock, "ALTER TABLE vidaplus_auth.security_events RENAME TO gone")
			logIn(3 * time.Second)
		},
		end: func() { execute(t, lock, "ALTER TABLE vidaplus_auth.gone RENAME TO security_events") }, serves: true, unnoticed: true,
	}, s)
	lost := s.send(http.MethodGet, "/metrics", "", nil).Text
	if !strings.Contains(lost, "vidaplus_events_lost_total ") || strings.Contains(lost, "vidaplus_events_lost_total 0") {
		t.Error("what could not be stored is not counted")
	}
	if !strings.Contains(s.Out.String(), "security events were logged, but are not stored") {
		t.Error("what could not be stored is not told")
	}
}

// stored waits until what waited for the store is in it: that many log-ins at least.
func (s *service) stored(t *testing.T, logins int) {
	t.Helper()
	var last string
	program.Within(t, 20*time.Second, fmt.Sprintf("%d log-ins are among the stored events", logins), func() bool {
		last, _, _ = s.Run("", "events", "--json")
		return strings.Count(last, "login_succeeded") >= logins
	})
}
