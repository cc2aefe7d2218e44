package faults

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// turnable returns services whose clocks are put forward or back by turn, each by itself. Replicas of one machine have one
// clock, so each is given its own.
func turnable(t *testing.T, count int, database string) (services []*service, turn func(replica int, by time.Duration)) {
	t.Helper()
	folder := t.TempDir()
	turn = func(replica int, by time.Duration) {
		// A new file takes the place of the old one: nobody reads half of it.
		path := filepath.Join(folder, string(rune('a'+replica)))
		if err := os.WriteFile(path+".new", []byte(by.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	for i := range count {
		turn(i, 0)
		s := prepared(t, database, "TEST_CLOCK="+filepath.Join(folder, string(rune('a'+i))))
		s.Program = turned
		if i == 0 {
			s.begin()
		} else {
			s.Start()
		}
		services = append(services, s)
	}
	return services, turn
}

func TestClock_PutForwardLogsNobodyOut(t *testing.T) {
	services, turn := turnable(t, 2, newDatabase(t))
	endures(t, fault{
		name:  "the clock is put forward by 20 min, less than a token lasts, and back by 40 min after 2 s",
		begin: func() { turn(0, 20*time.Minute); turn(1, 20*time.Minute) },
		end:   func() { turn(0, -20*time.Minute); turn(1, -20*time.Minute) }, lasts: 2 * time.Second, serves: true, unnoticed: true,
	}, services...)
}

func TestClock_PutBackLogsNobodyOut(t *testing.T) {
	services, turn := turnable(t, 2, newDatabase(t))
	endures(t, fault{
		name:  "the clock is put back by a day",
		begin: func() { turn(0, -24*time.Hour); turn(1, -24*time.Hour) },
		end:   func() {}, lasts: 2 * time.Second, serves: true, unnoticed: true,
	}, services...)
}

func TestClock_OfOneReplicaThatGoesWrongLogsNobodyOut(t *testing.T) {
	services, turn := turnable(t, 2, newDatabase(t))
	endures(t, fault{
		name:  "the clock of one replica of two jumps: 15 min forward, 15 min back",
		begin: func() { turn(0, 15*time.Minute); time.Sleep(2 * time.Second); turn(0, -15*time.Minute) },
		end:   func() { turn(0, 0) }, lasts: 2 * time.Second, serves: true, unnoticed: true,
	}, services...)
}

// TestClock_PutForwardPastTheExpiryTakesNothingFromWhoStaysAway: while the clock says that a token has expired it is
// refused, since nobody could tell; nothing is lost by it.
func TestClock_PutForwardPastTheExpiryTakesNothingFromWhoStaysAway(t *testing.T) {
	services, turn := turnable(t, 1, newDatabase(t))
	s := services[0]
	away, presented := s.loggedIn(), s.loggedIn()
	turn(0, 24*time.Hour)
	if a := s.refresh(presented); a.Status != http.StatusUnauthorized {
		t.Errorf("an expired token is answered %d %s, want 401", a.Status, a.Text)
	}
	turn(0, 0)
	for _, token := range []string{away, presented} {
		if a := s.refresh(token); a.Token == "" {
			t.Errorf("once the clock is right again a token is answered %d %s, want 200", a.Status, a.Text)
		}
	}
	note(t, "the clock is put forward by a day, and back", "tokens count as expired meanwhile (401), and are good again afterwards", "at once")
}
