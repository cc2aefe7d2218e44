package main

import (
	"bufio"
	"io"
	"net"
	"strconv"
	"time"
)

// client is one connection with its sessions: their newest tokens, or the one form that it logs in with.
type client struct {
	address string
	login   bool
	lines   [][]byte

	conn    net.Conn
	in      *bufio.Reader
	request []byte
	body    []byte

	latencies []time.Duration
	// answers counts the answers by status; 0 is a connection that broke.
	answers map[int]int
}

// stuck is how long an answer may take before the connection counts as broken.
const stuck = 30 * time.Second

func (c *client) dial() (err error) {
	if c.conn, err = net.DialTimeout("tcp", c.address, stuck); err != nil {
		return err
	}
	c.in = bufio.NewReader(c.conn)
	return c.conn.SetDeadline(time.Now().Add(*warmUp + *duration + stuck))
}

// work sends request after request until the window is over. What is answered within it counts.
func (c *client) work(w window) {
	c.answers = make(map[int]int)
	for i := 0; ; i = (i + 1) % len(c.lines) {
		sent := w.now()
		if sent >= w.end {
			return
		}
		a, err := c.ask(i)
		answered := w.now()
		if answered >= w.begin && answered < w.end {
			c.answers[a.status]++
			c.latencies = append(c.latencies, answered-sent)
		}
		if err != nil && !c.again() {
			return
		}
		// A client that is told when to come again does not come before.
		time.Sleep(min(a.retryAfter, max(0, w.end-answered)))
	}
}

// again opens the connection anew.
func (c *client) again() bool {
	_ = c.conn.Close()
	return c.dial() == nil
}

// ask sends the request of line i. The token that a refresh is answered with takes the place of the one presented.
func (c *client) ask(i int) (answer, error) {
	if _, err := c.conn.Write(c.write(c.lines[i])); err != nil {
		return answer{}, err
	}
	a, err := readAnswer(c.in, c.body)
	if err != nil {
		return answer{}, err
	}
	c.body = a.body[:0]
	if a.status == 200 && !c.login {
		token, ok := tokenIn(a.body)
		if !ok {
			return answer{}, io.ErrUnexpectedEOF
		}
		c.lines[i] = append(c.lines[i][:0], token...)
	}
	return a, nil
}

const (
	loginHead = "POST /auth/token HTTP/1.1\r\nHost: bench\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
	refreshHead = "POST /auth/token/refresh_token HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\nAuthorization: Bearer "
	headEnd     = "\r\n\r\n"
)

// write returns the request, valid until the next.
func (c *client) write(line []byte) []byte {
	if c.login {
		c.request = append(c.request[:0], loginHead...)
		c.request = strconv.AppendInt(c.request, int64(len(line)), 10)
		c.request = append(c.request, headEnd...)
		c.request = append(c.request, line...)
	} else {
		c.request = append(c.request[:0], refreshHead...)
		c.request = append(c.request, line...)
		c.request = append(c.request, headEnd...)
	}
	return c.request
}
