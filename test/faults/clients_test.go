package faults

import (
	"context"
	"errors"
	"fmt"
	"github.com/vidaplus/vidaplus-auth/test/program"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// slowClients is how many of each kind there are.
const slowClients = 1000

// kinds are clients that hold on to what they were given. Each returns once the service has cut it off, or ctx ends.
var kinds = map[string]func(ctx context.Context, conn *net.TCPConn){
	// As a client looks whose machine was switched off, or that a firewall forgot.
	"silent": func(_ context.Context, conn *net.TCPConn) { _, _ = io.Copy(io.Discard, conn) },
	"a byte of the header a second": func(ctx context.Context, conn *net.TCPConn) {
		drip(ctx, conn, "POST /auth/token HTTP/1.1\r\nHost: test\r\nX-Slow: ")
	},
	"a byte of the body a second": func(ctx context.Context, conn *net.TCPConn) {
		drip(ctx, conn, "POST /auth/token HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
			"Content-Length: 1000\r\n\r\nusername=")
	},
	unread: func(ctx context.Context, conn *net.TCPConn) {
		_ = conn.SetReadBuffer(4096)
		_, _ = io.WriteString(conn, strings.Repeat("GET /openapi.json HTTP/1.1\r\nHost: test\r\n\r\n", 5))
		<-ctx.Done()
	},
}

// unread are those that ask and do not read.
const unread = "does not read its answers"

func drip(ctx context.Context, conn *net.TCPConn, head string) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	_, _ = io.WriteString(conn, head)
	go func() {
		for ctx.Err() == nil {
			_, _ = io.WriteString(conn, "x")
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()
	_, _ = io.Copy(io.Discard, conn)
}

// burden is many slow clients.
type burden struct {
	service *service
	ctx     context.Context
	drop    func()
	all     sync.WaitGroup
	conns   []net.Conn
	cut     atomic.Int32
}

func (b *burden) add(kind string) {
	b.service.T.Helper()
	conn, err := net.DialTimeout("tcp", b.service.Address, 5*time.Second)
	if err != nil {
		b.service.T.Fatal(err)
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		b.service.T.Fatal("no TCP")
	}
	b.conns = append(b.conns, conn)
	b.all.Go(func() {
		kinds[kind](b.ctx, tcp)
		if b.ctx.Err() == nil {
			b.cut.Add(1)
		}
	})
}

func (b *burden) end() {
	b.drop()
	for _, conn := range b.conns {
		_ = conn.Close()
	}
	b.all.Wait()
}

func TestClients_FourThousandSlowOnesHoldNobodyUp(t *testing.T) {
	roomForFiles(t, 4*slowClients+1000)
	s := start(t, newDatabase(t))
	slow := &burden{service: s}
	slow.ctx, slow.drop = context.WithCancel(t.Context())
	before := 0
	endures(t, fault{
		name: "4,000 clients are slow or half-open: silent, a byte of the header or body a second, answers not read; for 12 s",
		begin: func() {
			before = s.memory()
			for range slowClients {
				for kind := range kinds {
					slow.add(kind)
				}
			}
		},
		end: func() {
			if grown := s.memory() - before; grown > 512 {
				t.Errorf("they took %d MB, want 128 KB each at most", grown)
			}
			program.Within(t, 5*time.Second, "all who send slowly are cut off", func() bool {
				return slow.cut.Load() == int32(slowClients*(len(kinds)-1))
			})
			slow.end()
		},
		lasts: 12 * time.Second, serves: true, unnoticed: true,
	}, s)
}

// roomForFiles lets this process, which has the other ends, open so many files.
func roomForFiles(t *testing.T, files uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur >= files {
		return
	}
	limit.Cur, limit.Max = files, max(limit.Max, files)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatalf("this test needs %d open files (`ulimit -n`): %v", files, err)
	}
}

// malformed are requests that nobody should send. What comes back is a refusal, or the connection's end.
func malformed(token string) map[string]string {
	bearer := "Authorization: Bearer " + token + "\r\n"
	post := func(path, header, body string) string {
		return "POST " + path + " HTTP/1.1\r\nHost: test\r\n" + header + "\r\n" + body
	}
	const formType, jsonType = "Content-Type: application/x-www-form-urlencoded\r\n", "Content-Type: application/json\r\n"
	return map[string]string{
		"noise":                      "\x00\x01\xfe\xff\r\n\r\n",
		"a TLS hello":                "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
		"HTTP/0.9":                   "GET /\r\n\r\n",
		"HTTP/9.9":                   "GET / HTTP/9.9\r\nHost: test\r\n\r\n",
		"HTTP/2 by surprise":         "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"no host":                    "GET /healthz HTTP/1.1\r\n\r\n",
		"two hosts":                  "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"a host of blanks":           "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n",
		"a path of a megabyte":       "GET /" + strings.Repeat("a", 1<<20) + " HTTP/1.1\r\nHost: test\r\n\r\n",
		"a header of a megabyte":     post("/auth/token", "X-Huge: "+strings.Repeat("a", 1<<20)+"\r\n", ""),
		"a thousand headers":         post("/auth/token", strings.Repeat("X-Many: "+strings.Repeat("a", 100)+"\r\n", 1000), ""),
		"a token of 90 KB":           post("/auth/token/refresh_token", "Authorization: Bearer "+strings.Repeat("a", 90_000)+"\r\n", ""),
		"two tokens":                 post("/auth/token/refresh_token", "Authorization: Bearer x\r\n"+"Authorization: Bearer y\r\n", ""),
		"NUL in a header":            post("/auth/token", "X-Nul: \x00\r\n", ""),
		"a header without a colon":   post("/auth/token", "X-Nothing\r\n", ""),
		"a blank before the colon":   post("/auth/token", "Content-Length : 5\r\n", "hello"),
		"a folded header":            post("/auth/token", "X-Fold: a\r\n b\r\n", ""),
		"a bare CR":                  post("/auth/token", "X-Bare: a\rb\r\n", ""),
		"a negative length":          post("/auth/token", formType+"Content-Length: -1\r\n", ""),
		"two lengths":                post("/auth/token", formType+"Content-Length: 1\r\nContent-Length: 2\r\n", "ab"),
		"a length past counting":     post("/auth/token", formType+"Content-Length: 99999999999999999999\r\n", ""),
		"a body of 10 MB":            post("/auth/token", formType+"Content-Length: 10485760\r\n", strings.Repeat("a", 10<<20)),
		"length and chunks":          post("/auth/token", formType+"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
		"chunks of another encoding": post("/auth/token", formType+"Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
		"chunks without a size":      post("/auth/token", formType+"Transfer-Encoding: chunked\r\n", "zz\r\nhello\r\n"),
		"a chunk past counting":      post("/auth/token", formType+"Transfer-Encoding: chunked\r\n", "ffffffffffffffff1\r\nhello\r\n"),
		"a form of nothing but &":    post("/auth/token", formType+"Content-Length: 60000\r\n", strings.Repeat("&", 60000)),
		"a form of many names":       post("/auth/token", formType+"Content-Length: 60000\r\n", strings.Repeat("a=&b=", 12000)),
		"half a percent sign":        post("/auth/token", formType+"Content-Length: 12\r\n", "username=%zz"),
		"JSON thousands deep":        post("/auth/revoke", bearer+jsonType+"Content-Length: 60000\r\n", strings.Repeat("[", 60000)),
		"a form of no boundary":      post("/auth/token", "Content-Type: multipart/form-data\r\nContent-Length: 2\r\n", "--"),
		"a form without its end": post("/auth/token", "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 60\r\n",
			"--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nmar"+"iaaa"),
		"a method of a kilobyte": strings.Repeat("A", 1024) + " / HTTP/1.1\r\nHost: test\r\n\r\n",
		"a proxy's request":      "GET http://elsewhere/ HTTP/1.1\r\nHost: elsewhere\r\n\r\n",
		"a tunnel":               "CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere:443\r\n\r\n",
	}
}

func TestClients_HugeAndMalformedRequestsAreRefusedAndHoldNobodyUp(t *testing.T) {
	s := start(t, newDatabase(t))
	requests := malformed(s.loggedIn())
	before := 0
	endures(t, fault{
		name: fmt.Sprintf("%d kinds of huge and malformed requests, 20 times each", len(requests)),
		begin: func() {
			before = s.memory()
			for range 20 {
				for what, raw := range requests {
					s.refusesBytes(what, raw)
				}
			}
		},
		end: func() {
			if grown := s.memory() - before; grown > 128 {
				t.Errorf("they took %d MB", grown)
			}
		},
		serves: true, unnoticed: true,
	}, s)
}

// tooMuch says how requests are answered that are larger than the service reads.
var tooMuch = map[string]string{"a path of a megabyte": "431", "a header of a megabyte": "431", "a body of 10 MB": "413"}

// refusesBytes sends them and reads what comes. Nothing is a 2xx, and nothing is the fault of the service.
func (s *service) refusesBytes(what, raw string) {
	s.T.Helper()
	conn, err := net.Dial("tcp", s.Address)
	if err != nil {
		s.T.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(inTime))
	sent := make(chan struct{})
	go func() { _, _ = io.WriteString(conn, raw); close(sent) }()
	head := make([]byte, 12)
	_, err = io.ReadFull(conn, head)
	_ = conn.Close()
	<-sent
	switch status := strings.TrimPrefix(string(head), "HTTP/1.1 "); {
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.T.Errorf("%s: no answer within %v", what, inTime)
	case err == nil && tooMuch[what] != "" && status != tooMuch[what]:
		s.T.Errorf("%s: the answer begins with %q, want %s", what, head, tooMuch[what])
	case err == nil && status != "501" && status != "505" && (status < "400" || status > "499"):
		s.T.Errorf("%s: the answer begins with %q, want a refusal", what, head)
	}
}
