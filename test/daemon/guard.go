package daemon

import (
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Guard sees to it that no server outlives its test process, even one that panics or is killed: a small shell that
// reads, line by line, which processes to end. When the line ends, and the system sees to that when the test process is
// gone, it ends those it was last told of and takes the folder away.
type Guard struct {
	mu    sync.Mutex
	shell *exec.Cmd
	line  io.WriteCloser
}

// A paused process acts on the signal once it gets CONT. Removing is tried for ten seconds, since a server that ends may
// still write.
const guardScript = `
while read -r line; do last=$line; done
if [ -n "$last" ]; then kill -"$2" $last; kill -CONT $last; fi
tries=100
until rm -rf "$1" || [ $((tries -= 1)) -eq 0 ]; do sleep 0.1; done
`

// NewGuard returns a guard of the processes that work in a folder. The signal is the one that ends them at once.
func NewGuard(folder string, signal syscall.Signal) (*Guard, error) {
	shell := exec.Command("/bin/sh", "-c", guardScript, "guard", folder, strconv.Itoa(int(signal)))
	// A group of its own: Ctrl-C is for the test process, the guard comes after it.
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	line, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	return &Guard{shell: shell, line: line}, nil
}

// Watch replaces the list of processes to end, none being none.
func (g *Guard) Watch(processes ...int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	// Writing fails only when the guard was released, and then there is nothing left to end.
	_, _ = fmt.Fprintln(g.line, strings.Trim(fmt.Sprint(processes), "[]"))
}

// Release lets the guard do its work now and waits for it.
func (g *Guard) Release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.line.Close()
	_ = g.shell.Wait()
}
