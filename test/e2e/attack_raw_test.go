package e2e

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// rawRequest spells a request whose connection ends with it: begin is its method and target.
func rawRequest(begin, body string, header ...string) string {
	lines := append([]string{begin + " HTTP/1.1", "Host: auth.example", "Connection: close"}, header...)
	if body != "" {
		lines = append(lines, form, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

// raw sends bytes on a connection of their own, and returns what comes back until it ends, or for a second nothing does.
func (s *service) raw(text string) string {
	s.T.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		s.T.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, text); err != nil {
		return ""
	}
	var answer strings.Builder
	for buffer := make([]byte, 4096); ; {
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		n, err := conn.Read(buffer)
		answer.Write(buffer[:n])
		if err != nil {
			return answer.String()
		}
	}
}

// A proxy and the service must not disagree on where a request ends: what is hidden in a body of one would then be served
// as a request of somebody else's. Hidden here is a logout.
func TestAttack_NoRequestIsSmuggledInAnother(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "TOKEN_COOKIE=on", "REFRESH_GRACE=2m")
	// With a token of another session a refresh leaves its body for after the answer.
	token, other := s.loggedIn(), s.loggedIn()
	hidden := "POST /auth/logout HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\nConnection: close\r\n\r\n"
	if answer := s.raw(strings.Replace(hidden, "/logout", "/logout?scope=x", 1)); !strings.HasPrefix(answer, "HTTP/1.1 422") {
		t.Fatalf("the hidden request alone is answered with %s, so this story tells nothing", answer)
	}
	size := fmt.Sprintf("%x\r\n", len(hidden))
	ended, sized := "0\r\n\r\n"+hidden, fmt.Sprintf("Content-Length: %d", len(hidden))
	for _, path := range []string{"/auth/token", "/auth/token/refresh_token", "/auth/revoke", "/healthz"} {
		for name, c := range map[string][]string{
			"both lengths":           {ended, fmt.Sprintf("Content-Length: %d", len(ended)), "Transfer-Encoding: chunked"},
			"both the other way":     {ended, "Transfer-Encoding: chunked", "Content-Length: 5"},
			"no such encoding":       {ended, "Transfer-Encoding: xchunked", "Content-Length: 0"},
			"a space in the name":    {ended, "Transfer-Encoding : chunked", "Content-Length: 0"},
			"a tab before it":        {ended, "\tTransfer-Encoding: chunked", "Content-Length: 0"},
			"encoded twice":          {ended, "Transfer-Encoding: chunked", "Transfer-Encoding: identity", "Content-Length: 0"},
			"a list of encodings":    {ended, "Transfer-Encoding: identity, chunked", "Content-Length: 0"},
			"another white space":    {ended, "Transfer-Encoding: \x0bchunked", "Content-Length: 0"},
			"two lengths":            {hidden, "Content-Length: 0", sized},
			"a list of lengths":      {hidden, "Content-Length: 0, 1"},
			"a signed length":        {hidden, "Content-Length: +0"},
			"a negative length":      {hidden, "Content-Length: -1"},
			"a length in hex":        {hidden, "Content-Length: 0x0"},
			"a body that is sized":   {hidden, sized},
			"a chunk that overflows": {"fffffffffffffffff1\r\n" + hidden, "Transfer-Encoding: chunked"},
			"a chunk's extension":    {"0;\n" + ended, "Transfer-Encoding: chunked", "Content-Length: 0"},
			"a chunk and its size":   {size + hidden + "\r\n0\r\n\r\n", fmt.Sprintf("Content-Length: %d", len(size)), "Transfer-Encoding: chunked"},
			"a chunk that is none":   {hidden, "Transfer-Encoding: chunked"},
			"a bare line feed":       {"0\n\n" + hidden, "Transfer-Encoding: chunked", "Content-Length: 3"},
		} {
			// HTTP/1.0 knows no Transfer-Encoding, and a proxy that passes it on may.
			for _, version := range []string{"HTTP/1.1", "HTTP/1.0\r\nConnection: keep-alive"} {
				lines := append([]string{"POST " + path + " " + version, "Host: x", form, "Authorization: Bearer " + other}, c[1:]...)
				answer := s.raw(strings.Join(lines, "\r\n") + "\r\n\r\n" + c[0])
				if got := s.call("GET", "/auth/me", token, ""); got.status != 200 {
					t.Fatalf("%s to %s in %s: the hidden request was served: %s", name, path, version, answer)
				}
			}
		}
	}
}
