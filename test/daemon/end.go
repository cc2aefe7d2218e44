package daemon

import (
	"errors"
	"fmt"
	"syscall"
	"time"
)

// End sends the signal to the server, to all its processes if it is paused, and returns when they are gone.
func (s *Server) End(signal syscall.Signal) error {
	if s.process == nil {
		return ErrNotRunning
	}
	processes := s.paused
	if processes == nil {
		processes = []int{s.process.Pid}
	}
	signalAll(processes, signal)
	select {
	case <-s.gone:
		s.process, s.paused = nil, nil
		return nil
	case <-time.After(patience):
		return fmt.Errorf("the server does not end after %v", signal)
	}
}

// Pause stops every process of the server in its tracks, and returns when they stand still.
func (s *Server) Pause() (err error) {
	if s.process == nil {
		return ErrNotRunning
	}
	if s.paused, err = stop(s.process.Pid); err != nil {
		return err
	}
	s.guard.Watch(s.paused...)
	// The signal takes its time to reach every thread of a busy server.
	for end := time.Now().Add(patience); state(s.process.Pid) != "T"; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return errors.New("the server does not stand still")
		}
	}
	return nil
}

// Resume lets a paused server go on. It does nothing to one that is not paused.
func (s *Server) Resume() {
	if s.paused == nil {
		return
	}
	signalAll(s.paused, syscall.SIGCONT)
	s.paused = nil
	s.guard.Watch(s.process.Pid)
}

// Remove ends the server at once if it runs, and takes its folder away.
func (s *Server) Remove() {
	s.guard.Release()
	if s.process != nil {
		<-s.gone
	}
}
