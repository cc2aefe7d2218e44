package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// player plays a day. What is due is sent when it is due, however long earlier answers take: only a client's own next
// request waits for its last answer, since it needs the token.
type player struct {
	day     day.Day
	length  time.Duration
	start   time.Time
	clients []dayClient
	jobs    chan job
	// open counts jobs that are not done, those that come again included.
	open sync.WaitGroup
	// late is how much later than planned the latest job of each hour was handed over.
	late [day.Hours]time.Duration
}

// dayClient is one session's. gone is that it has logged out.
type dayClient struct {
	mu    sync.Mutex
	token []byte
	gone  bool
}

// job is one thing to do. since is when it was handed over, from which its answer is timed.
type job struct {
	since time.Time
	stay  int32
	kind  day.Kind
	hour  int
	// again is that it is a second attempt.
	again bool
}

// queued is how many jobs may wait before handing over waits too.
const queued = 1 << 18

// playDay prints a line when each hour begins and when the last ends, and then what became of all hours.
func playDay(address string, connections int, length time.Duration, path string, passwords int) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	p := newPlayer(bytes.Fields(text), passwords, length)
	workers := make([]*worker, connections)
	var all sync.WaitGroup
	for i := range workers {
		workers[i] = newWorker(p, address)
		all.Go(workers[i].work)
	}
	p.start = time.Now()
	all.Go(p.tellHours)
	p.handOver()
	all.Wait()
	return json.NewEncoder(os.Stdout).Encode(hoursOf(workers, p.late))
}

// newPlayer takes a line for each session: its token, or the form that it logs in with.
func newPlayer(lines [][]byte, passwords int, length time.Duration) *player {
	p := &player{
		day: day.New(len(lines), passwords), length: length, clients: make([]dayClient, len(lines)), jobs: make(chan job, queued),
	}
	for i, line := range lines {
		p.clients[i].token = line
	}
	return p
}

// real returns how long after the start a moment of the day comes.
func (p *player) real(at time.Duration) time.Duration {
	return time.Duration(float64(at) * p.length.Seconds() / day.Length.Seconds())
}

func (p *player) tellHours() {
	for h := range day.Hours + 1 {
		time.Sleep(p.real(time.Duration(h)*time.Hour) - time.Since(p.start))
		fmt.Println("hour", h)
	}
}

// handOver returns when all is done.
func (p *player) handOver() {
	for _, e := range p.day.Events {
		due := p.real(e.At)
		if wait := due - time.Since(p.start); wait > 0 {
			time.Sleep(wait)
		}
		hour := day.HourOf(e.At)
		p.late[hour] = max(p.late[hour], time.Since(p.start)-due)
		p.open.Add(1)
		p.jobs <- job{since: time.Now(), stay: e.Stay, kind: e.Kind, hour: hour}
	}
	p.open.Wait()
	close(p.jobs)
}

// comeAgain hands a job over once more, after a while.
func (p *player) comeAgain(j job, after time.Duration) {
	p.open.Add(1)
	time.AfterFunc(after, func() {
		j.since, j.again = time.Now(), true
		p.jobs <- j
	})
}
