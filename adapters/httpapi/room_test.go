package httpapi

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// crowded leaves room for two connections.
func crowded(_ *stage, s *Settings) { s.MaxConnections = 2 }

func TestRoom_WhoFindsNoneIsToldToComeAgainAtOnce(t *testing.T) {
	s := newStage(t, crowded)
	inside := s.dial(t)
	write(t, inside, request("GET", "/healthz", ""))
	within := bufio.NewReader(inside)
	receive(t, within, "GET")
	s.dial(t)
	for range 3 {
		outside := s.dial(t)
		began := time.Now()
		write(t, outside, form(good))
		r := receive(t, bufio.NewReader(outside), "POST")
		if r.status != http.StatusServiceUnavailable || r.body != `{"detail":"Service unavailable"}` || !r.closes ||
			r.header.Get("Retry-After") != "1" || r.header.Get("Content-Type") != "application/json" ||
			!goodRequestID(r.header.Get("X-Request-ID")) {
			t.Errorf("%d %v %s, want 503 with Retry-After and the connection closed", r.status, r.header, r.body)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("that took %v", took)
		}
	}
	write(t, inside, request("GET", "/healthz", ""))
	if r := receive(t, within, "GET"); r.status != http.StatusOK {
		t.Errorf("who was inside before is answered %d, want 200", r.status)
	}
}

func TestRoom_IsThereAgainWhenSomebodyHasGone(t *testing.T) {
	s := newStage(t, crowded)
	first, second := s.dial(t), s.dial(t)
	third := s.dial(t)
	write(t, third, request("GET", "/healthz", ""))
	if r := receive(t, bufio.NewReader(third), "GET"); r.status != http.StatusServiceUnavailable {
		t.Fatalf("%d, want 503, else nothing is proved", r.status)
	}
	_, _ = first.Close(), second.Close()
	for end := time.Now().Add(5 * time.Second); ; {
		conn := s.dial(t)
		write(t, conn, request("GET", "/healthz", ""))
		if r := receive(t, bufio.NewReader(conn), "GET"); r.status == http.StatusOK {
			return
		}
		if time.Now().After(end) {
			t.Fatal("nobody is let in although everybody has gone")
		}
	}
}

// TestRoom_ManyWhoFindNoneAndStaySendNobodyAwayUnanswered pins that who is turned away and stays cannot take the answers
// from others: silent ones are cut off, the longest first.
func TestRoom_ManyWhoFindNoneAndStaySendNobodyAwayUnanswered(t *testing.T) {
	s := newStage(t, crowded)
	s.dial(t)
	s.dial(t)
	var stay []net.Conn
	for range 3 * doorwaySize {
		stay = append(stay, s.dial(t))
		other := s.dial(t)
		write(t, other, request("GET", "/healthz", ""))
		if r := receive(t, bufio.NewReader(other), "GET"); r.status != http.StatusServiceUnavailable {
			t.Fatalf("%d, want 503", r.status)
		}
	}
	for _, conn := range stay {
		ended(t, conn)
	}
}

// loiterer is a connection over which nothing comes, and that has no deadline.
type loiterer struct {
	net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *loiterer) Read([]byte) (int, error) {
	<-l.closed
	return 0, io.EOF
}
func (l *loiterer) SetDeadline(time.Time) error { return nil }
func (l *loiterer) CloseWrite() error           { return nil }
func (l *loiterer) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func TestRoom_WhoHasBeenInTheDoorwayLongestMakesPlaceForTheNext(t *testing.T) {
	r := newRoom(nil, func() int { return 0 }, DefaultSettings(), time.Now, zap.NewNop())
	var all []*loiterer
	arrive := func() {
		conn := &loiterer{closed: make(chan struct{})}
		all = append(all, conn)
		r.turnAway(conn)
	}
	for range doorwaySize {
		arrive()
	}
	for i := range 3 {
		select {
		case <-all[i].closed:
			t.Fatalf("number %d is cut off while there is a place for it", i)
		default:
		}
		arrive()
		select {
		case <-all[i].closed:
		case <-time.After(10 * time.Second):
			t.Fatalf("number %d keeps its place, so that any number may have one", i)
		}
	}
	for _, conn := range all {
		_ = conn.Close()
	}
}

func TestRoom_SaysThatItTurnsAwayOnceAMinuteHoweverOftenSomebodyIsLetInMeanwhile(t *testing.T) {
	core, logs := observer.New(zapcore.DebugLevel)
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := newRoom(nil, func() int { return 2 }, Settings{MaxConnections: 2}, nil, zap.New(core))
	for _, c := range []struct {
		at     time.Duration
		away   int
		toldOf []int64
	}{
		{0, 1, []int64{1}}, {0, 40, nil}, {59 * time.Second, 9, nil}, {time.Minute, 1, []int64{50}}, {61 * time.Second, 3, nil},
		{3 * time.Minute, 1, []int64{4}}, {time.Minute, 1, []int64{1}}, // a clock that was put back
	} {
		for range c.away {
			r.tell(noon.Add(c.at))
		}
		var told []int64
		for _, line := range logs.TakeAll() {
			n, _ := line.ContextMap()["turned_away"].(int64)
			told = append(told, n)
		}
		if !slices.Equal(told, c.toldOf) {
			t.Errorf("after %v lines tell of %v connections, want %v", c.at, told, c.toldOf)
		}
	}
}

func TestRoom_ThatFlapsSaysSoOnce(t *testing.T) {
	s := newStage(t, crowded)
	for range 3 {
		first, second := s.dial(t), s.dial(t)
		third := s.dial(t)
		write(t, third, request("GET", "/healthz", ""))
		receive(t, bufio.NewReader(third), "GET")
		_, _ = first.Close(), second.Close()
		for end := time.Now().Add(5 * time.Second); s.server.busy.open() > 0; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("connections stay open")
			}
		}
	}
	if n := s.logs.FilterMessageSnippet("turned away").Len(); n != 1 {
		t.Errorf("three times in a row are told of %d times, want once", n)
	}
}

func TestMaxConnections_LeavesFilesForTheStore(t *testing.T) {
	for files, want := range map[int]int{1 << 20: 1<<20 - 180, 1024: 844, 256: 128, 100: 50, 1: 1} {
		if got := maxConnections(files, 20); got != want {
			t.Errorf("of %d files %d are for connections, want %d", files, got, want)
		}
	}
}
