package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// answer is what came back. Its body is valid until the next is read.
type answer struct {
	status     int
	retryAfter time.Duration
	body       []byte
}

var errNoHTTP = errors.New("the answer is not HTTP/1.1 with a Content-Length")

// readAnswer reads one answer, its body into buffer if that is large enough.
func readAnswer(in *bufio.Reader, buffer []byte) (a answer, err error) {
	first, err := in.ReadSlice('\n')
	if err != nil {
		return answer{}, err
	}
	if len(first) < len("HTTP/1.1 200\r\n") {
		return answer{}, errNoHTTP
	}
	if a.status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return answer{}, errNoHTTP
	}
	length, err := a.readHeader(in)
	if err != nil {
		return answer{}, err
	}
	a.body = slices.Grow(buffer[:0], length)[:length]
	_, err = io.ReadFull(in, a.body)
	return a, err
}

// readHeader reads up to the empty line and returns the body's length.
func (a *answer) readHeader(in *bufio.Reader) (int, error) {
	length := -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if value, ok := valueOf(line, "content-length"); ok {
			length = value
		}
		if value, ok := valueOf(line, "retry-after"); ok {
			a.retryAfter = time.Duration(value) * time.Second
		}
	}
	if a.status == http.StatusNoContent {
		return 0, nil // RFC 9110 §8.6: it has no Content-Length
	}
	if length < 0 {
		return 0, errNoHTTP
	}
	return length, nil
}

// valueOf returns the number in a header line, if its name is the one given in small letters.
func valueOf(line []byte, name string) (int, bool) {
	if len(line) <= len(name) || line[len(name)] != ':' || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return 0, false
	}
	value, err := strconv.Atoi(string(bytes.TrimSpace(line[len(name)+1:])))
	return value, err == nil && value >= 0
}

var beforeToken = []byte(`"access_token":"`)

func tokenIn(body []byte) ([]byte, bool) {
	_, rest, found := bytes.Cut(body, beforeToken)
	token, _, closed := bytes.Cut(rest, []byte(`"`))
	return token, found && closed && len(token) > 0
}
