package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// inside marks the process whose mounts are its own.
const inside = "FAULTS_INSIDE"

// TestMain runs the tests in a process whose mounts nobody else sees, and which go with it: full disks are small file
// systems. Where the system does not allow that, the tests that need one say so.
func TestMain(m *testing.M) {
	if os.Getenv(inside) == "" {
		if code, started := rerun(); started {
			os.Exit(code)
		}
	}
	folder, err := os.MkdirTemp("", "vidaplus-auth-faults")
	if err == nil {
		err = build(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults: the program could not be built:", err)
		_ = os.RemoveAll(folder)
		os.Exit(1)
	}
	code := m.Run()
	if path := os.Getenv("FAULTS_TABLE"); path != "" {
		if err := writeTable(path); err != nil {
			fmt.Fprintln(os.Stderr, "faults:", err)
			code = 1
		}
	}
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// rerun runs this program again with mounts of its own, and reports false if the system did not allow that.
func rerun() (code int, started bool) {
	// The death of the thread that started the process would be taken for the death of this one.
	runtime.LockOSThread()
	again := exec.Command("/proc/self/exe", os.Args[1:]...)
	again.Env = append(os.Environ(), inside+"=true")
	again.Stdin, again.Stdout, again.Stderr = os.Stdin, os.Stdout, os.Stderr
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		// In a user namespace of its own an ordinary user may mount. It stays the same user in there.
		again.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		again.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}}
		again.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
		again.SysProcAttr.AmbientCaps = []uintptr{capSysAdmin}
	}
	if err := again.Start(); err != nil {
		return 0, false
	}
	_ = again.Wait()
	return max(again.ProcessState.ExitCode(), 0), again.ProcessState.Exited()
}

const capSysAdmin = 21

// disk mounts a file system of so many megabytes and returns its folder, which everybody may use.
func disk(t *testing.T, megabytes int) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "vidaplus-auth-disk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(folder) })
	mount(t, folder, megabytes)
	return folder
}

// mount puts a small file system over a folder.
func mount(t *testing.T, folder string, megabytes int) {
	t.Helper()
	err := error(syscall.EPERM)
	if os.Getenv(inside) != "" {
		// What is mounted here is nobody else's business.
		_ = syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
		err = syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("mode=1777,size=%dm", megabytes))
		if err == nil {
			t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
			return
		}
	}
	if os.Getenv("CI") == "" {
		t.Skipf("a full disk needs a file system of its own, which may not be mounted here: %v", err)
	}
	t.Fatalf("no file system may be mounted here: %v", err)
}

// filled takes all the room that is left in a folder's file system until emptied is called.
func filled(t *testing.T, folder string) (emptied func()) {
	t.Helper()
	path := filepath.Join(folder, "ballast")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 1<<20); len(block) > 0; {
		if _, err := file.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
	_ = file.Close()
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}
