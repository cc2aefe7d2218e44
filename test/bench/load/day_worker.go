package main

import (
	"bytes"
	"net/http"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// worker does one job after the other. The second link is the other tab's.
type worker struct {
	player      *player
	link, other link
	tally       [day.Hours]tally
}

// tally is what one worker saw of an hour.
type tally struct {
	counts
	latencies []time.Duration
}

func newWorker(p *player, address string) *worker {
	return &worker{player: p, link: link{address: address}, other: link{address: address}}
}

func (w *worker) work() {
	defer w.link.close()
	defer w.other.close()
	for j := range w.player.jobs {
		w.do(j)
		w.player.open.Done()
	}
}

func (w *worker) do(j job) {
	c := &w.player.clients[j.stay]
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return
	}
	t := &w.tally[j.hour]
	if !j.again {
		t.Offered += j.kind.Answers()
	}
	switch j.kind {
	case day.Login:
		w.login(j, c, t)
	case day.Logout:
		w.logout(j, c, t)
	case day.Twice:
		w.twice(j, c, t)
	case day.Lost:
		w.lose(j, c, t)
	default:
		w.take(j, c, t, w.link.ask(refreshHead, c.token))
	}
}

// take keeps the token of a refresh's answer. A 401 is a log-out that nobody asked for.
func (w *worker) take(j job, c *dayClient, t *tally, a answer) {
	token, ok := tokenIn(a.body)
	switch {
	case a.status == http.StatusOK && ok:
		t.Answered++
		t.latencies = append(t.latencies, time.Since(j.since))
		c.token = bytes.Clone(token)
	case a.status == http.StatusUnauthorized:
		t.LoggedOut++
		c.gone = true
	default:
		t.Failed++
		j.kind = day.Refresh
		w.player.comeAgain(j, max(a.retryAfter, patience))
	}
}

// patience is how long a client that was not answered waits before it comes again.
const patience = 500 * time.Millisecond

// twice asks on two connections at once, and wants the same token from both.
func (w *worker) twice(j job, c *dayClient, t *tally) {
	presented := c.token
	sent, sentToo := w.link.send(refreshHead, presented), w.other.send(refreshHead, presented)
	for _, one := range []struct {
		link *link
		err  error
	}{{&w.link, sent}, {&w.other, sentToo}} {
		var a answer
		if one.err == nil {
			a = one.link.hear()
		}
		before := c.token
		w.take(j, c, t, a)
		if a.status == http.StatusOK && !bytes.Equal(before, presented) && !bytes.Equal(before, c.token) {
			t.Differing++
		}
	}
}

// lose hangs up as soon as the request is sent, and comes again with the same token.
func (w *worker) lose(j job, c *dayClient, t *tally) {
	t.Lost++
	_ = w.link.send(refreshHead, c.token)
	w.link.close()
	j.kind = day.Refresh
	w.player.comeAgain(j, patience)
}

func (w *worker) login(j job, c *dayClient, t *tally) {
	var a answer
	if w.link.sendForm(c.token) == nil {
		a = w.link.hear()
	}
	token, ok := tokenIn(a.body)
	if a.status != http.StatusOK || !ok {
		t.Failed++
		w.player.comeAgain(j, max(a.retryAfter, patience))
		return
	}
	t.Logins++
	c.token = bytes.Clone(token)
}

func (w *worker) logout(j job, c *dayClient, t *tally) {
	a := w.link.ask(logoutHead, c.token)
	switch a.status {
	case http.StatusNoContent:
		t.Logouts++
		c.gone = true
	case http.StatusUnauthorized:
		t.LoggedOut++
		c.gone = true
	default:
		t.Failed++
		w.player.comeAgain(j, max(a.retryAfter, patience))
	}
}

const logoutHead = "POST /auth/logout HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\nAuthorization: Bearer "
