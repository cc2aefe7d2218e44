package main

import (
	"bufio"
	"net"
	"strconv"
	"time"
)

// link is one connection, opened when it is needed. What breaks is closed and opened anew.
type link struct {
	address string
	conn    net.Conn
	in      *bufio.Reader
	request []byte
	body    []byte
}

// ask sends a request and reads the answer, whose body is valid until the next. A link that breaks answers with the
// status 0.
func (l *link) ask(head string, token []byte) answer {
	if l.send(head, token) != nil {
		return answer{}
	}
	return l.hear()
}

func (l *link) send(head string, token []byte) error {
	if err := l.open(); err != nil {
		return err
	}
	l.request = append(append(append(l.request[:0], head...), token...), headEnd...)
	return l.write()
}

// sendForm logs in.
func (l *link) sendForm(form []byte) error {
	if err := l.open(); err != nil {
		return err
	}
	l.request = strconv.AppendInt(append(l.request[:0], loginHead...), int64(len(form)), 10)
	l.request = append(append(l.request, headEnd...), form...)
	return l.write()
}

func (l *link) write() error {
	_, err := l.conn.Write(l.request)
	if err != nil {
		l.close()
	}
	return err
}

func (l *link) hear() answer {
	a, err := readAnswer(l.in, l.body)
	if err != nil {
		l.close()
		return answer{}
	}
	l.body = a.body[:0]
	return a
}

func (l *link) open() (err error) {
	if l.conn == nil {
		if l.conn, err = net.DialTimeout("tcp", l.address, stuck); err != nil {
			l.conn = nil
			return err
		}
		l.in = bufio.NewReader(l.conn)
	}
	return l.conn.SetDeadline(time.Now().Add(stuck))
}

func (l *link) close() {
	if l.conn != nil {
		_ = l.conn.Close()
		l.conn = nil
	}
}
