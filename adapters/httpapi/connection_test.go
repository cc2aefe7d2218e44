package httpapi

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// hurry gives a sender little time, so that the tests of slow ones are quick.
func hurry(_ *stage, s *Settings) {
	s.HeaderTimeout, s.ReadTimeout, s.IdleTimeout = 100*time.Millisecond, 200*time.Millisecond, 300*time.Millisecond
}

// ended waits for the server to close the connection.
func ended(t *testing.T, from io.Reader) {
	t.Helper()
	if _, err := io.Copy(io.Discard, from); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection stays open, want it closed")
	}
}

func write(t *testing.T, conn net.Conn, raw string) {
	t.Helper()
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatalf("write: %v", err)
	}
}

func TestConnection_ASlowHeaderIsCutOff(t *testing.T) {
	conn := newStage(t, hurry).dial(t)
	write(t, conn, "POST /auth/token HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	ended(t, conn)
}

func TestConnection_ASilentOneIsCutOff(t *testing.T) { ended(t, newStage(t, hurry).dial(t)) }

func TestConnection_AnIdleOneIsCutOff(t *testing.T) {
	conn := newStage(t, hurry).dial(t)
	write(t, conn, request("GET", "/healthz", ""))
	from := bufio.NewReader(conn)
	receive(t, from, "GET")
	ended(t, from)
}

func TestConnection_ASlowFormIs408AndCutOff(t *testing.T) {
	conn := newStage(t, hurry).dial(t)
	write(t, conn, "POST /auth/token HTTP/1.1\r\nHost: x\r\n"+formType+"\r\nContent-Length: 100\r\n\r\nusername=")
	from := bufio.NewReader(conn)
	r := receive(t, from, "POST")
	if r.status != http.StatusRequestTimeout || r.body != `{"detail":"Request Timeout"}` {
		t.Errorf("%d %s, want 408", r.status, r.body)
	}
	ended(t, from)
}

// TestConnection_AnUnreadBodyDelaysNothing pins that an answer does not wait for a body that nobody wants. A late or
// endless rest of it holds the connection no longer than any slow request may take.
func TestConnection_AnUnreadBodyDelaysNothing(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) { s.ReadTimeout = 5 * time.Second })
	token := s.logIn(t)
	head := func(target, length string) string {
		return "POST " + target + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n" + length + "\r\n\r\n"
	}
	for name, raw := range map[string]string{
		"declared":        head("/auth/token/refresh_token", "Content-Length: 2000"),
		"declared, large": head("/auth/token/refresh_token", "Content-Length: 99999999999"),
		"chunked":         head("/auth/token/refresh_token", "Transfer-Encoding: chunked") + "5\r\nabc",
		"expecting":       head("/auth/token/refresh_token", "Content-Length: 10\r\nExpect: 100-continue"),
		"wrong method":    strings.Replace(head("/auth/token", "Content-Length: 1000"), "POST", "PUT", 1),
		"unknown path":    head("/nowhere", "Content-Length: 1000"),
	} {
		conn := s.dial(t)
		write(t, conn, raw)
		start := time.Now()
		r := receive(t, bufio.NewReader(conn), "POST")
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s: answered after %v, want at once", name, took)
		}
		if !r.closes {
			t.Errorf("%s: the connection stays open, want it closed: %d %s", name, r.status, r.body)
		}
	}
}

// TestConnection_ASmallBodyThatIsIgnoredDelaysNothing pins that its sender may take the time that any request may take, and no
// longer.
func TestConnection_ASmallBodyThatIsIgnoredDelaysNothing(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) { s.ReadTimeout = 5 * time.Second })
	// What came too late would else be read as a request for as long as the connection may idle.
	cut := newStage(t, func(_ *stage, s *Settings) { s.ReadTimeout, s.IdleTimeout = 200*time.Millisecond, time.Minute })
	for _, line := range []string{"POST /auth/token/refresh_token", "POST /auth/logout?scope=others", "DELETE /auth/sessions/x"} {
		head := func(s *stage) string {
			return line + " HTTP/1.1\r\nHost: x\r\n" + asBearer(s.logIn(t)) + "\r\nContent-Length: 5\r\n\r\n"
		}
		method, _, _ := strings.Cut(line, " ")
		conn := s.dial(t)
		from := bufio.NewReader(conn)
		write(t, conn, head(s))
		start := time.Now()
		r := receive(t, from, method)
		if took := time.Since(start); took > 3*time.Second || r.closes || r.status == http.StatusUnauthorized {
			t.Errorf("%s: %d after %v, want an answer at once and the connection kept", line, r.status, took)
		}
		write(t, conn, "abcde"+request("GET", "/healthz", ""))
		if r := receive(t, from, "GET"); r.status != http.StatusOK {
			t.Errorf("%s: the next request is answered %d %s, want 200", line, r.status, r.body)
		}
		conn = cut.dial(t)
		from = bufio.NewReader(conn)
		write(t, conn, head(cut))
		receive(t, from, method)
		ended(t, from)
	}
}

func TestConnection_AnUnreadBodyIsCutOff(t *testing.T) {
	s := newStage(t, hurry)
	conn := s.dial(t)
	write(t, conn, "POST /auth/token/refresh_token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
	from := bufio.NewReader(conn)
	receive(t, from, "POST")
	ended(t, from)
}

func TestConnection_AnEndlessBodyIsCutOff(t *testing.T) {
	conn := newStage(t, nil).dial(t)
	write(t, conn, "POST /auth/token/refresh_token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
	chunk := "10000\r\n" + strings.Repeat("a", 1<<16) + "\r\n"
	for sent := 0; ; sent++ {
		if _, err := io.WriteString(conn, chunk); err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the server reads on and on, want the connection closed")
			}
			return
		}
	}
}

func TestConnection_IsKeptAlive(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	conn := s.dial(t)
	from := bufio.NewReader(conn)
	for name, raw := range map[string]string{
		"login":        form(good),
		"wrong form":   form("grant_type=x"),
		"another type": request("POST", "/auth/token", "{}", "Content-Type: application/json"),
		"refresh":      refresh("Bearer " + token),
		"refused":      refresh("Bearer x"),
		"wrong method": request("PUT", "/auth/token", ""),
		"unknown path": request("GET", "/nowhere", ""),
		"empty body":   request("POST", "/auth/token/refresh_token", "", "Content-Length: 0"),
	} {
		write(t, conn, raw)
		if r := receive(t, from, "POST"); r.closes {
			t.Errorf("%s: %d closes the connection, want it kept", name, r.status)
		}
	}
}

func TestConnection_PipelinedRequestsAreAnsweredInOrder(t *testing.T) {
	s := newStage(t, nil)
	conn := s.dial(t)
	write(t, conn, form(good)+request("GET", "/nowhere", "")+request("GET", "/healthz", ""))
	from := bufio.NewReader(conn)
	for _, want := range []int{200, 404, 200} {
		if r := receive(t, from, "GET"); r.status != want {
			t.Errorf("%d, want %d", r.status, want)
		}
	}
}

// RFC 9112 §6.1: a proxy that goes by the length of a request that has both passes on as its body what is the next request to
// whoever goes by the chunks.
func TestConnection_AChunkedBodyIsTheLastOfItsConnection(t *testing.T) {
	s := newStage(t, nil)
	next := request("POST", "/auth/logout", "", asBearer(s.logIn(t)))
	for name, length := range map[string]string{"chunked": "", "both lengths": fmt.Sprintf("Content-Length: %d\r\n", 5+len(next))} {
		conn := s.dial(t)
		raw := "POST /auth/token HTTP/1.1\r\nHost: x\r\n" + formType + "\r\nTransfer-Encoding: chunked\r\n" + length + "\r\n0\r\n\r\n" + next
		if _, err := io.WriteString(conn, raw); err != nil {
			t.Fatal(err)
		}
		from := bufio.NewReader(conn)
		if r := receive(t, from, "POST"); r.status != http.StatusUnprocessableEntity || !r.closes {
			t.Errorf("%s: %d, want 422 and the connection closed: %v", name, r.status, r.header)
		}
		if more, _ := io.ReadAll(from); len(more) > 0 {
			t.Errorf("%s: the next request was answered with %s", name, more)
		}
	}
}

// RFC 9112 §6.1: Transfer-Encoding in HTTP/1.0 is faulty framing, and the connection must end with the answer. What the standard
// library drops unseen is a chunk here, in which the next request lies.
func TestConnection_ARequestBelowHTTP11IsTheLastOfItsConnection(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	next := request("GET", "/healthz", "")
	size := fmt.Sprintf("%x\r\n", len(next))
	both := fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n", len(size))
	for name, c := range map[string]struct {
		begin, head string
		status      int
	}{
		"ignored body":   {"POST /auth/token/refresh_token", both + "\r\n" + size, http.StatusOK},
		"form":           {"POST /auth/token", formType + "\r\n" + both + "\r\n" + size, http.StatusUnprocessableEntity},
		"object":         {"PUT /auth/password", both + "\r\n" + size, http.StatusUnprocessableEntity},
		"wrong method":   {"PUT /auth/token", both + "\r\n" + size, http.StatusMethodNotAllowed},
		"no length":      {"POST /auth/token/refresh_token", "Transfer-Encoding: chunked\r\n\r\n", http.StatusOK},
		"nothing at all": {"GET /auth/me", "\r\n", http.StatusOK},
	} {
		conn := s.dial(t)
		write(t, conn, c.begin+" HTTP/1.0\r\n"+asBearer(token)+"\r\nConnection: keep-alive\r\n"+c.head+next)
		from := bufio.NewReader(conn)
		if r := receive(t, from, "POST"); r.status != c.status || !r.closes {
			t.Errorf("%s: %d %s, want %d and the connection closed: %v", name, r.status, r.body, c.status, r.header)
		}
		if more, _ := io.ReadAll(from); len(more) > 0 {
			t.Errorf("%s: the next request was answered with %s", name, more)
		}
	}
}
