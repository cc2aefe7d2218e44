package daemon

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// Kill ends a process and its children with SIGKILL, as a crash would.
func Kill(first int) error {
	processes, err := stop(first)
	signalAll(processes, syscall.SIGKILL)
	return err
}

// stop pauses a process and its children, and returns them. The first one is stopped first: from then on its list of
// children stays as it is.
func stop(first int) ([]int, error) {
	if err := syscall.Kill(first, syscall.SIGSTOP); err != nil {
		return nil, fmt.Errorf("stop process %d: %w", first, err)
	}
	children, err := childrenOf(first)
	signalAll(children, syscall.SIGSTOP)
	return append([]int{first}, children...), err
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

// state returns what ps calls the state of a process: T if it stands still, Z if nobody has waited for its end yet, ""
// if it is gone.
func state(pid int) string {
	output, _ := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return fmt.Sprintf("%.1s", strings.TrimSpace(string(output)))
}
