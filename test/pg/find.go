package pg

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

var errNotInstalled = errors.New("these tests need PostgreSQL 13 or newer. Install it (Debian: apt-get install postgresql; " +
	"macOS: brew install postgresql), or set TEST_DATABASE_URL to a server on which databases may be created, " +
	"or leave these tests out with -short")

// findBinaries returns the folder that holds postgres and initdb.
func findBinaries() (string, error) {
	for _, folder := range candidates() {
		if filepath.IsAbs(folder) && isProgram(filepath.Join(folder, "postgres")) && isProgram(filepath.Join(folder, "initdb")) {
			return folder, nil
		}
	}
	return "", errNotInstalled
}

// candidates lists where PostgreSQL may be, what the user chose before what the system has.
func candidates() []string {
	folders := filepath.SplitList(os.Getenv("PATH"))
	if output, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(output)))
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
	} {
		found, _ := filepath.Glob(pattern) // the only error is a bad pattern
		folders = append(folders, newestFirst(found)...)
	}
	return folders
}

var version = regexp.MustCompile(`\d+(\.\d+)?`)

func newestFirst(folders []string) []string {
	number := func(folder string) float64 {
		n, _ := strconv.ParseFloat(version.FindString(folder), 64)
		return n
	}
	slices.SortStableFunc(folders, func(a, b string) int { return cmp.Compare(number(b), number(a)) })
	return folders
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// serverOwner returns the user that the server runs as: nil for the user who runs the test, unless that is root.
func serverOwner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if uidErr == nil && gidErr == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody")
}
