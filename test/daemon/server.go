package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// patience is how long a server may take for what a test cannot go on without.
const patience = time.Minute

// ErrNotRunning says that there is no server to do something to.
var ErrNotRunning = errors.New("the server is not running")

// Server is a throw-away server: a folder, a port of 127.0.0.1 and, while it runs, its processes.
type Server struct {
	Folder string
	Port   int
	// Command returns what runs it. Answers returns nil once it does what it is for.
	Command func() *exec.Cmd
	Answers func(context.Context) error

	owner *syscall.Credential
	guard *Guard

	process *os.Process
	// log is the server's own; it may be read once gone is closed.
	log  *bytes.Buffer
	gone chan struct{}
	// paused holds every process of a paused server, nil otherwise.
	paused []int
}

// NewServer makes a folder and finds a port for a server that owner runs, nil for whoever runs the test, and that a signal
// ends at once. Remove takes all of it away.
func NewServer(name string, owner *syscall.Credential, atOnce syscall.Signal) (*Server, error) {
	port, err := FreePort()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "vidaplus-"+name+"-")
	if err != nil {
		return nil, err
	}
	s := &Server{Folder: folder, Port: port, owner: owner}
	if owner != nil {
		err = os.Chown(folder, int(owner.Uid), int(owner.Gid))
	}
	if err == nil {
		s.guard, err = NewGuard(folder, atOnce)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

// Data is the folder that the server keeps its data in.
func (s *Server) Data() string { return filepath.Join(s.Folder, "data") }

// PID returns the process that all others of the server are children of.
func (s *Server) PID() int { return s.process.Pid }

// Run runs another program of the server's as its owner, and returns when it has ended.
func (s *Server) Run(ctx context.Context, program string, arguments ...string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, arguments...)
	s.disown(cmd)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, output)
	}
	return nil
}

// disown makes cmd run as the server's owner, out of reach of the terminal's Ctrl-C: only the guard ends it.
func (s *Server) disown(cmd *exec.Cmd) {
	cmd.Dir = s.Folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.owner}
}

// Start runs the server and returns when it answers.
func (s *Server) Start(ctx context.Context) error {
	if s.process != nil {
		return errors.New("the server is already running")
	}
	cmd := s.Command()
	s.disown(cmd)
	s.log, s.gone = new(bytes.Buffer), make(chan struct{})
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if err := cmd.Start(); err != nil {
		return err
	}
	s.process = cmd.Process
	s.guard.Watch(cmd.Process.Pid)
	go func() {
		// It returns once nobody holds the log's pipe any more: when the last process of the server is gone.
		_ = cmd.Wait()
		s.guard.Watch()
		close(s.gone)
	}()
	return s.awaitAnswer(ctx)
}

// Revive starts the server again if it has ended, also while it is waited for, and returns when it answers.
func (s *Server) Revive(ctx context.Context) error {
	if s.process == nil {
		return s.Start(ctx)
	}
	err := s.awaitAnswer(ctx)
	if err != nil && s.process == nil {
		return s.Start(ctx)
	}
	return err
}

func (s *Server) awaitAnswer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.Answers(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.gone:
			s.process = nil
			return fmt.Errorf("the server did not start:\n%s", s.log)
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		}
	}
}
