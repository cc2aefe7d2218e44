package pg

import (
	"context"
	"syscall"
	"testing"
)

// Server is a PostgreSQL server of one test's own, to be stopped, killed and paused. Its methods fail the test when
// they cannot do what they promise, so call them from the test's own goroutine.
type Server struct {
	t       testing.TB
	cluster *cluster
}

// Start starts a new, empty server that goes when the test ends. It is always a throw-away cluster, also when
// TEST_DATABASE_URL is set: nobody wants that server killed.
func Start(t testing.TB) *Server {
	t.Helper()
	skipIfShort(t)
	c, err := newCluster(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.remove)
	return &Server{t: t, cluster: c}
}

// URL returns the postgres:// URL of an empty database on the server. It stays the same over Stop and Start.
func (s *Server) URL() string { return s.cluster.url().String() }

// Data returns the folder that the server keeps its data in.
func (s *Server) Data() string { return s.cluster.data() }

// Revive waits until the server answers, and starts it if it has ended by itself, as whatever looks after one in
// production does.
func (s *Server) Revive() {
	s.t.Helper()
	s.check(s.cluster.revive(context.WithoutCancel(s.t.Context())))
}

// Stop shuts the server down and returns when it is gone. Open connections are ended: with immediate at once and
// without a clean end, so that the next start recovers from the log; otherwise after rolling their transactions back.
func (s *Server) Stop(immediate bool) {
	s.t.Helper()
	s.Resume()
	how := syscall.SIGINT
	if immediate {
		how = syscall.SIGQUIT
	}
	s.check(s.cluster.end(how))
}

// Kill ends every process of the server with SIGKILL, as a crash would, and returns when they are gone.
func (s *Server) Kill() {
	s.t.Helper()
	s.check(s.cluster.pause())
	s.check(s.cluster.end(syscall.SIGKILL))
}

// Start starts the server again after Stop or Kill and returns when it answers.
func (s *Server) Start() {
	s.t.Helper()
	s.check(s.cluster.start(context.WithoutCancel(s.t.Context())))
}

// Pause stops every process of the server in its tracks: connections stay open, new ones can be begun, and nothing is
// answered until Resume.
func (s *Server) Pause() {
	s.t.Helper()
	s.check(s.cluster.pause())
}

// Resume lets a paused server go on. It does nothing to one that is not paused.
func (s *Server) Resume() { s.cluster.resume() }

func (s *Server) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("test server: %v", err)
	}
}
