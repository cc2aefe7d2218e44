package faults

import (
	"context"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/crowd"
	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestReplica_KilledInMidBatchLogsNobodyOut(t *testing.T) {
	services := replicas(t, 2, pg.Database(t))
	killed := services[0]
	endures(t, fault{
		name:       "a replica of two is killed (SIGKILL) in mid-batch, and started again 2 s later",
		begin:      func() { killed.Stop(syscall.SIGKILL) },
		end:        killed.Start,
		lasts:      2 * time.Second,
		serves:     true,
		unanswered: true,
	}, services...)
}

// TestFiles_ExhaustedLogNobodyOut: a service that may open 256 files gives 128 to clients. Whoever comes when they are
// taken is told to come again.
func TestFiles_ExhaustedLogNobodyOut(t *testing.T) {
	t.Parallel()
	s := prepared(t, newDatabase(t))
	s.Files = 256
	s.begin()
	var idlers []net.Conn
	idle := func() {
		conn, err := net.DialTimeout("tcp", s.Address, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		idlers = append(idlers, conn)
	}
	c := gather(t, s)
	rest := c.Busy()
	c.IsServed(30 * time.Second)
	for range 400 {
		idle()
	}
	told := 0
	patience := time.Now().Add(goesOn)
	for n := 0; n < 20 || told == 0 && time.Now().Before(patience); n++ {
		idle() // takes the place that one of the crowd may have left
		a := s.newcomer()
		if a.Wrong() != "" || a.Took > inTime {
			t.Errorf("a newcomer is answered %d %s after %v", a.Status, a.Text, a.Took)
		}
		if a.Status == http.StatusServiceUnavailable {
			told++
		}
	}
	if told == 0 {
		t.Error("every newcomer was let in, so nothing is proved")
	}
	for _, conn := range idlers {
		_ = conn.Close()
	}
	began := time.Now()
	program.Within(t, goesOn, "a newcomer is let in", func() bool { return s.newcomer().Status == http.StatusOK })
	recovery := time.Since(began)
	c.IsServed(goesOn)
	rest()
	lostNothing(t, c)
	c.IsStillGuarded()
	s.lives()
	if c.Count(http.StatusOK) < crowd.Size {
		t.Error("the crowd was not served meanwhile")
	}
	report(t, c, "no file descriptor is left for more connections (`ulimit -n 256`): newcomers get 503 at once, who is connected is served", recovery)
}

// newcomer asks over a connection of its own.
func (s *service) newcomer() crowd.Answer {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.URL+"/healthz", http.NoBody)
	if err != nil {
		return crowd.Answer{Text: err.Error()}
	}
	request.Close = true
	a := crowd.Ask(request)
	if a.Status == http.StatusOK {
		a.Token = "none is asked for"
	}
	return a
}
