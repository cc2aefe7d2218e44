package e2e

import (
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestStart_ThatWaitsForADatabaseThatHangsIsEndedByASignalWithoutAFailure(t *testing.T) {
	t.Parallel()
	addr, called := hangingDatabase(t)
	s := unstarted(t, program.Process{Env: program.Environment("postgres://vidaplus:secret@" + addr + "/vidaplus?sslmode=disable")})
	s.Launch()
	program.Within(t, 10*time.Second, "the service asks the database", called.Load)
	if code := s.Stop(syscall.SIGTERM); code != 0 || s.Out.String() != "" {
		t.Errorf("a start that is broken off ends with %d and says %q, want 0 and nothing", code, s.Out.String())
	}
}

// hangingDatabase takes connections and says nothing on them. It tells when it was called.
func hangingDatabase(t *testing.T) (addr string, called *atomic.Bool) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	called = new(atomic.Bool)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			called.Store(true)
		}
	}()
	return listener.Addr().String(), called
}
