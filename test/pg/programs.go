package pg

import (
	"fmt"
	"path/filepath"
	"syscall"
)

// Programs returns the folder that holds the server's programs, and the user that servers run as: nil for whoever runs
// the test, unless that is root.
func Programs() (folder string, owner *syscall.Credential, err error) {
	if folder, err = findBinaries(); err != nil {
		return "", nil, err
	}
	// The server itself may be a link to where they are.
	server, err := filepath.EvalSymlinks(filepath.Join(folder, "postgres"))
	if err != nil {
		return "", nil, err
	}
	owner, err = serverOwner()
	return filepath.Dir(server), owner, err
}

// KillServer ends every process of the server whose first process is given with SIGKILL, as a crash would.
func KillServer(postmaster int) error {
	// Stopped, it has no new children.
	if err := syscall.Kill(postmaster, syscall.SIGSTOP); err != nil {
		return fmt.Errorf("stop process %d: %w", postmaster, err)
	}
	workers, err := childrenOf(postmaster)
	signalAll(append(workers, postmaster), syscall.SIGKILL)
	return err
}
