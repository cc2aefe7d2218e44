package pg

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var errNotRunning = errors.New("the server is not running")

// end sends the signal to the server, to all its processes if it is paused, and returns when they are gone.
func (c *cluster) end(signal syscall.Signal) error {
	if c.process == nil {
		return errNotRunning
	}
	processes := c.paused
	if processes == nil {
		processes = []int{c.process.Pid}
	}
	signalAll(processes, signal)
	select {
	case <-c.gone:
		c.process, c.paused = nil, nil
		return nil
	case <-time.After(patience):
		return fmt.Errorf("the server does not end after %v", signal)
	}
}

// pause stops the postmaster first: from then on its list of children stays as it is.
func (c *cluster) pause() error {
	if c.process == nil {
		return errNotRunning
	}
	postmaster := c.process.Pid
	signalAll([]int{postmaster}, syscall.SIGSTOP)
	workers, err := childrenOf(postmaster)
	c.paused = append([]int{postmaster}, workers...)
	c.guard.Watch(c.paused...)
	signalAll(workers, syscall.SIGSTOP)
	return err
}

func (c *cluster) resume() {
	if c.paused == nil {
		return
	}
	signalAll(c.paused, syscall.SIGCONT)
	c.paused = nil
	c.guard.Watch(c.process.Pid)
}

// remove ends the server at once if it runs, and takes its folder away.
func (c *cluster) remove() {
	c.guard.Release()
	if c.process != nil {
		<-c.gone
	}
}

// signalAll passes over processes that are gone already.
func signalAll(processes []int, signal syscall.Signal) {
	for _, pid := range processes {
		_ = syscall.Kill(pid, signal)
	}
}

// childrenOf asks ps, which Linux and macOS have alike. PostgreSQL's workers lead sessions of their own, so a signal to
// a process group would not reach them.
func childrenOf(parent int) ([]int, error) {
	output, err := exec.Command("ps", "-A", "-o", "pid=", "-o", "ppid=").Output()
	if err != nil {
		return nil, fmt.Errorf("listing the server's processes with ps (Debian: apt-get install procps): %w", err)
	}
	var children []int
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		if pid, err := strconv.Atoi(fields[0]); err == nil {
			children = append(children, pid)
		}
	}
	return children, nil
}
