package main

import (
	"bufio"
	"strings"
	"testing"
	"time"
)

func readText(text string) (answer, error) {
	return readAnswer(bufio.NewReader(strings.NewReader(text)), nil)
}

func TestReadAnswer_ReadsStatusBodyAndWhenToComeAgain(t *testing.T) {
	a, err := readText("HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\nCONTENT-LENGTH: 3\r\nX-Y: 9\r\n\r\nabcdef")
	if err != nil || a.status != 503 || a.retryAfter != 2*time.Second || string(a.body) != "abc" {
		t.Errorf("%+v %v, want the 503, two seconds and the three bytes", a, err)
	}
}

func TestReadAnswer_KnowsThat204HasNoBody(t *testing.T) {
	a, err := readText("HTTP/1.1 204 No Content\r\n\r\nHTTP")
	if err != nil || a.status != 204 || len(a.body) != 0 {
		t.Errorf("%+v %v, want a 204 alone", a, err)
	}
}

func TestReadAnswer_RefusesWhatItCannotMeasure(t *testing.T) {
	for _, text := range []string{
		"", "HTTP/1.1\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
	} {
		if _, err := readText(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestTokenIn_WantsAToken(t *testing.T) {
	if token, ok := tokenIn([]byte(`{"access_token":"a.b.c","token_type":"bearer"}`)); !ok || string(token) != "a.b.c" {
		t.Errorf("%q %v, want the token", token, ok)
	}
	for _, body := range []string{"", `{"access_token":""}`, `{"access_token":"a`, `{"token":"a"}`} {
		if token, ok := tokenIn([]byte(body)); ok {
			t.Errorf("%q in %q was taken for a token", token, body)
		}
	}
}
