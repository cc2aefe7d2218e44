// Command load refreshes like real clients do: each session presents its newest token and waits for the answer. Each
// connection has sessions of its own and takes them in turn. It measures every request, and prints a line when the
// measured time begins, one when it ends, and then one of JSON.
//
//	load -addr 127.0.0.1:8000 -connections 64 -duration 10s -lines tokens.txt
//
// The file has a token a line. With -login it has the form of a log-in a line, and every connection sends its own again
// and again. With -day it plays a whole day in that time, of which -passwords of the lines are forms. It writes HTTP by hand, so that the service gets the cores.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"sync"
	"time"
)

var (
	address     = flag.String("addr", "127.0.0.1:8000", "where the service listens")
	connections = flag.Int("connections", 64, "how many requests are under way at the same time")
	warmUp      = flag.Duration("warmup", time.Second, "how long before the measured time begins")
	duration    = flag.Duration("duration", 10*time.Second, "how long is measured")
	lines       = flag.String("lines", "", "file with a token a line, or a form a line with -login")
	login       = flag.Bool("login", false, "log in instead of refreshing")
	wholeDay    = flag.Duration("day", 0, "play a day in this time")
	passwords   = flag.Int("passwords", 0, "how many sessions of the day begin with a password")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run() error {
	if *wholeDay > 0 {
		return playDay(*address, *connections, *wholeDay, *lines, *passwords)
	}
	clients, err := newClients()
	if err != nil {
		return err
	}
	w := window{start: time.Now(), begin: *warmUp, end: *warmUp + *duration}
	var all sync.WaitGroup
	for _, c := range clients {
		all.Go(func() { c.work(w) })
	}
	w.tell(w.begin, "begin")
	w.tell(w.end, "end")
	all.Wait()
	return json.NewEncoder(os.Stdout).Encode(summary(clients, *duration))
}

func newClients() ([]*client, error) {
	text, err := os.ReadFile(*lines)
	if err != nil {
		return nil, err
	}
	all := bytes.Fields(text)
	if len(all) < *connections {
		return nil, errors.New("there are more connections than lines, and no two may share one")
	}
	clients := make([]*client, *connections)
	for i := range clients {
		clients[i] = &client{address: *address, login: *login}
		if err := clients[i].dial(); err != nil {
			return nil, err
		}
	}
	for i, line := range all {
		c := clients[i%len(clients)]
		c.lines = append(c.lines, line)
	}
	return clients, nil
}

// window is the time that is measured, as distances from the start.
type window struct {
	start      time.Time
	begin, end time.Duration
}

func (w window) now() time.Duration { return time.Since(w.start) }

func (w window) tell(at time.Duration, word string) {
	time.Sleep(at - w.now())
	fmt.Println(word)
}
