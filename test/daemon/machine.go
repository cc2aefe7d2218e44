package daemon

import (
	"context"
	"syscall"
	"testing"
)

// Machine is a server of one test's own, to be stopped, killed and paused. Its methods fail the test when they cannot do
// what they promise, so call them from the test's own goroutine.
type Machine struct {
	t    testing.TB
	s    *Server
	kind *Kind
}

// URL returns the URL of an empty database on the server. It stays the same over Stop and Start.
func (m *Machine) URL() string { return m.kind.URL(m.s).String() }

// Data returns the folder that the server keeps its data in.
func (m *Machine) Data() string { return m.s.Data() }

// Stop ends the server and returns when it is gone: with immediate at once, so that the next start recovers from the log,
// otherwise after rolling back what is open.
func (m *Machine) Stop(immediate bool) {
	m.t.Helper()
	m.Resume()
	how := m.kind.InOrder
	if immediate {
		how = m.kind.AtOnce
	}
	m.check(m.s.End(how))
}

// Kill ends every process of the server with SIGKILL, as a crash would, and returns when they are gone.
func (m *Machine) Kill() {
	m.t.Helper()
	m.check(m.s.Pause())
	m.check(m.s.End(syscall.SIGKILL))
}

// Start starts the server again after Stop or Kill and returns when it answers.
func (m *Machine) Start() {
	m.t.Helper()
	m.check(m.s.Start(context.WithoutCancel(m.t.Context())))
}

// Revive waits until the server answers, and starts it if it has ended by itself, as whatever looks after one in
// production does.
func (m *Machine) Revive() {
	m.t.Helper()
	m.check(m.s.Revive(context.WithoutCancel(m.t.Context())))
}

// Pause stops every process of the server in its tracks: connections stay open, new ones can be begun, and nothing is
// answered until Resume.
func (m *Machine) Pause() {
	m.t.Helper()
	m.check(m.s.Pause())
}

// Resume lets a paused server go on. It does nothing to one that is not paused.
func (m *Machine) Resume() { m.s.Resume() }

func (m *Machine) check(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatalf("test server: %v", err)
	}
}
