package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// graceful rotates a token, and answers the one just replaced with the current one again, as the service does.
type graceful struct {
	mu                sync.Mutex
	current, replaced string
	n                 int
}

func (g *graceful) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch token := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer "); {
	case request.URL.Path == "/auth/logout":
		w.WriteHeader(http.StatusNoContent)
		return
	case token == g.current:
		g.n++
		g.replaced, g.current = g.current, fmt.Sprintf("t%d", g.n)
	case token != g.replaced:
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	fmt.Fprintf(w, `{"access_token":"%s"}`, g.current)
}

// playing returns a worker with one client, whose token is t0, and a service.
func playing(t *testing.T, service http.Handler) *worker {
	t.Helper()
	server := httptest.NewServer(service)
	p := &player{clients: make([]dayClient, 1), jobs: make(chan job, 10)}
	p.clients[0].token = []byte("t0")
	w := newWorker(p, server.Listener.Addr().String())
	t.Cleanup(func() {
		w.link.close()
		w.other.close()
		server.Close()
	})
	return w
}

// play does a job, and what comes again because of it, and returns what became of all.
func (w *worker) play(kind day.Kind) counts {
	w.do(job{since: time.Now(), kind: kind})
	done := make(chan struct{})
	go func() {
		w.player.open.Wait()
		close(done)
	}()
	for attempts := 1; ; attempts++ {
		if attempts > 3 {
			panic("a job comes again and again")
		}
		select {
		case j := <-w.player.jobs:
			w.do(j)
			w.player.open.Done()
		case <-done:
			return w.tally[0].counts
		case <-time.After(10 * time.Second):
			panic("a job neither came again nor was done")
		}
	}
}

func (w *worker) token() string { return string(w.player.clients[0].token) }

func TestWorker_PresentsTheNewestTokenAndTimesTheAnswer(t *testing.T) {
	w := playing(t, &graceful{current: "t0"})
	w.play(day.Refresh)
	if got := w.play(day.Refresh); got != (counts{Offered: 2, Answered: 2}) || w.token() != "t2" || len(w.tally[0].latencies) != 2 {
		t.Errorf("%+v and %s, want two answers and their token", got, w.token())
	}
}

func TestWorker_BothTabsGetTheSameToken(t *testing.T) {
	w := playing(t, &graceful{current: "t0"})
	if got := w.play(day.Twice); got != (counts{Offered: 2, Answered: 2}) || w.token() != "t1" {
		t.Errorf("%+v and %s, want two answers of one token", got, w.token())
	}
	var n atomic.Int32
	w = playing(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"access_token":"other%d"}`, n.Add(1))
	}))
	if got := w.play(day.Twice); got.Differing != 1 {
		t.Errorf("%+v, want it noticed that the tokens differ", got)
	}
}

func TestWorker_ALostAnswerIsAskedForAgainWithTheSameToken(t *testing.T) {
	w := playing(t, &graceful{current: "t0"})
	if got := w.play(day.Lost); got != (counts{Offered: 1, Answered: 1, Lost: 1}) || w.token() != "t1" {
		t.Errorf("%+v and %s, want one answer, whether the first request had arrived or not", got, w.token())
	}
}

func TestWorker_ARefusalIsALogOutThatNobodyAskedFor(t *testing.T) {
	w := playing(t, &graceful{current: "another"})
	w.play(day.Refresh)
	if got := w.play(day.Refresh); got != (counts{Offered: 1, LoggedOut: 1}) {
		t.Errorf("%+v, want it counted once, and the client gone", got)
	}
}

func TestWorker_WhatFailsCountsAndComesAgain(t *testing.T) {
	var once sync.Once
	service := &graceful{current: "t0"}
	w := playing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { panic(http.ErrAbortHandler) })
		service.ServeHTTP(w, r)
	}))
	if got := w.play(day.Refresh); got != (counts{Offered: 1, Answered: 1, Failed: 1}) {
		t.Errorf("%+v, want a failure and then an answer", got)
	}
}

func TestWorker_NothingIsAskedForAfterALogOut(t *testing.T) {
	w := playing(t, &graceful{current: "t0"})
	w.play(day.Logout)
	if got := w.play(day.Refresh); got != (counts{Logouts: 1}) {
		t.Errorf("%+v, want the log-out alone", got)
	}
}

func TestPlayDay_SendsWhatIsDueHoweverLongAnswersTake(t *testing.T) {
	var asked atomic.Int32
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		<-release
		fmt.Fprint(w, `{"access_token":"next"}`)
	}))
	defer server.Close()
	p := newPlayer([][]byte{[]byte("a"), []byte("b"), []byte("c")}, 0, 24*time.Millisecond)
	// Each client's second request waits for its first answer; the three first ones wait for nobody.
	p.day.Events = nil
	for i := range int32(6) {
		p.day.Events = append(p.day.Events, day.Event{At: time.Duration(i) * time.Minute, Stay: i % 3, Kind: day.Refresh})
	}
	workers := make([]*worker, 8)
	var all sync.WaitGroup
	for i := range workers {
		workers[i] = newWorker(p, server.Listener.Addr().String())
		all.Go(workers[i].work)
	}
	p.start = time.Now()
	all.Go(p.handOver)
	for deadline := time.Now().Add(10 * time.Second); asked.Load() < 3; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d requests are under way, want all three clients'", asked.Load())
		}
	}
	close(release)
	all.Wait()
	hours := hoursOf(workers, p.late)
	if got := hours[0].counts; got != (counts{Offered: 6, Answered: 6}) || hours[0].Max <= 0 || hours[1].counts != (counts{}) {
		t.Errorf("%+v, want all six in the first hour", hours[0])
	}
}
