// Command load chains refreshes like real clients: each session presents its newest token and waits for the answer. It
// prints the rate, the latencies and the answers that were not 200.
//
//	load -addr 127.0.0.1:8000 -sessions 64 -seconds 10 -user demo@example.com -password …
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

var (
	address  = flag.String("addr", "127.0.0.1:8000", "where the service listens")
	sessions = flag.Int("sessions", 64, "how many sessions refresh at the same time")
	seconds  = flag.Int("seconds", 10, "how long")
	user     = flag.String("user", "demo@example.com", "who logs in")
	password = flag.String("password", "", "the user's password")
)

// client is one session on one connection. It writes HTTP by hand, so that the service gets the cores.
type client struct {
	conn      net.Conn
	in        *bufio.Reader
	token     []byte
	latencies []time.Duration
	failures  int
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run() error {
	clients := make([]*client, *sessions)
	for i := range clients {
		c, err := begin()
		if err != nil {
			return err
		}
		clients[i] = c
	}
	// After all log-ins, which take a while: the service closes a connection that says nothing.
	for _, c := range clients {
		if err := c.dial(); err != nil {
			return err
		}
	}
	start := time.Now()
	end := start.Add(time.Duration(*seconds) * time.Second)
	var all sync.WaitGroup
	errs := make(chan error, len(clients))
	for _, c := range clients {
		all.Go(func() {
			for time.Now().Before(end) {
				if err := c.refresh(); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(start)
	select {
	case err := <-errs:
		return fmt.Errorf("a session was lost, so the rate means nothing: %w", err)
	default:
		report(clients, took)
		return nil
	}
}

// begin logs in.
func begin() (*client, error) {
	form := url.Values{"username": {*user}, "password": {*password}}
	response, err := http.PostForm("http://"+*address+"/auth/token", form)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the login was answered %s %s", response.Status, body)
	}
	return &client{token: tokenIn(body)}, nil
}

// dial opens the session's connection.
func (c *client) dial() (err error) {
	if c.conn, err = net.Dial("tcp", *address); err == nil {
		c.in = bufio.NewReader(c.conn)
	}
	return err
}

func (c *client) refresh() error {
	start := time.Now()
	request := append([]byte("POST /auth/token/refresh_token HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\nAuthorization: Bearer "), c.token...)
	if _, err := c.conn.Write(append(request, "\r\n\r\n"...)); err != nil {
		return err
	}
	status, body, err := c.answer()
	if err != nil {
		return err
	}
	c.latencies = append(c.latencies, time.Since(start))
	if !strings.Contains(status, " 200 ") {
		c.failures++
		return nil
	}
	c.token = tokenIn(body)
	return nil
}

func (c *client) answer() (status string, body []byte, err error) {
	if status, err = c.in.ReadString('\n'); err != nil {
		return "", nil, err
	}
	length := 0
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return "", nil, err
		}
		if line == "\r\n" {
			break
		}
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Content-Length") {
			_, _ = fmt.Sscan(value, &length)
		}
	}
	body = make([]byte, length)
	_, err = io.ReadFull(c.in, body)
	return status, body, err
}

func tokenIn(body []byte) []byte {
	_, rest, _ := bytes.Cut(body, []byte(`"access_token":"`))
	token, _, _ := bytes.Cut(rest, []byte(`"`))
	return slices.Clone(token)
}

func report(clients []*client, took time.Duration) {
	var latencies []time.Duration
	failures := 0
	for _, c := range clients {
		latencies = append(latencies, c.latencies...)
		failures += c.failures
	}
	slices.Sort(latencies)
	if len(latencies) == 0 {
		fmt.Println("no answer at all")
		return
	}
	at := func(q float64) float64 {
		return float64(latencies[int(q*float64(len(latencies)-1))].Microseconds()) / 1000
	}
	fmt.Printf("%.0f refreshes/s, p50 %.1f ms, p99 %.1f ms, %d of %d not 200\n",
		float64(len(latencies)-failures)/took.Seconds(), at(0.5), at(0.99), failures, len(latencies))
}
