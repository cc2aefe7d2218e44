package faults

import (
	"context"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func TestReplica_KilledInMidBatchLogsNobodyOut(t *testing.T) {
	services := replicas(t, 2, pg.Database(t))
	killed := services[0]
	endures(t, fault{
		name:       "a replica of two is killed (SIGKILL) in mid-batch, and started again 2 s later",
		begin:      func() { killed.stop(syscall.SIGKILL) },
		end:        killed.start,
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
	s.files = 256
	s.begin()
	var idlers []net.Conn
	idle := func() {
		conn, err := net.DialTimeout("tcp", s.address, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		idlers = append(idlers, conn)
	}
	c := gather(t, s)
	rest := c.busy()
	c.isServed(30 * time.Second)
	for range 400 {
		idle()
	}
	told := 0
	patience := time.Now().Add(goesOn)
	for n := 0; n < 20 || told == 0 && time.Now().Before(patience); n++ {
		idle() // takes the place that one of the crowd may have left
		a := s.newcomer()
		if a.wrong() != "" || a.took > inTime {
			t.Errorf("a newcomer is answered %d %s after %v", a.status, a.text, a.took)
		}
		if a.status == http.StatusServiceUnavailable {
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
	within(t, goesOn, "a newcomer is let in", func() bool { return s.newcomer().status == http.StatusOK })
	recovery := time.Since(began)
	c.isServed(goesOn)
	rest()
	c.lostNothing()
	c.isStillGuarded()
	s.lives()
	if c.count(http.StatusOK) < crowdSize {
		t.Error("the crowd was not served meanwhile")
	}
	c.report("no file descriptor is left for more connections (`ulimit -n 256`): newcomers get 503 at once, who is connected is served", recovery)
}

// newcomer asks over a connection of its own.
func (s *service) newcomer() answer {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+"/healthz", http.NoBody)
	if err != nil {
		return answer{text: err.Error()}
	}
	request.Close = true
	a := ask(request)
	if a.status == http.StatusOK {
		a.token = "none is asked for"
	}
	return a
}
