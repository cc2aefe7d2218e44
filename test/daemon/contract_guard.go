package daemon

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// victim is set in the process that leavesNothingBehind starts in order to kill it.
const victim = "VIDAPLUS_DAEMON_VICTIM"

func (k *Kind) leavesNothingBehind(t *testing.T) {
	if os.Getenv(victim) != "" {
		k.beKilled(t)
	}
	k.skipUnlessWanted(t)
	cmd, folders, processes := startVictim(t)
	for _, pid := range processes {
		if !exists(pid) {
			t.Fatalf("process %d of the victim's servers is gone before the kill", pid)
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	for i := range folders {
		eventually(t, "the folder "+folders[i]+" is gone", func() bool {
			_, err := os.Stat(folders[i])
			return errors.Is(err, fs.ErrNotExist)
		})
		eventually(t, fmt.Sprintf("process %d is gone", processes[i]), func() bool { return !exists(processes[i]) })
	}
}

// beKilled starts one server that runs and one that is paused, says where they are, and waits.
func (k *Kind) beKilled(t *testing.T) {
	running, paused := k.Start(t).s, k.Start(t)
	paused.Pause()
	// A worker of the paused server, if it has any, cannot notice by itself that its parent is gone.
	all := paused.s.paused
	fmt.Println("victim", running.Folder, running.PID(), paused.s.Folder, all[min(1, len(all)-1)])
	select {}
}

func startVictim(t *testing.T) (cmd *exec.Cmd, folders [2]string, processes [2]int) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$")
	cmd.Env = append(os.Environ(), victim+"=1")
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for lines := bufio.NewScanner(output); lines.Scan(); {
		n, _ := fmt.Sscanf(lines.Text(), "victim %s %d %s %d", &folders[0], &processes[0], &folders[1], &processes[1])
		if n == 4 {
			return cmd, folders, processes
		}
	}
	t.Fatal("the victim ended before its servers ran")
	return nil, folders, processes
}

// exists passes over a process that has ended and that nobody has waited for yet.
func exists(pid int) bool { return state(pid) != "" && state(pid) != "Z" }

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after 20 seconds: %s", what)
		}
	}
}
