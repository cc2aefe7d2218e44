package pg

import (
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
