package pg

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// victim is set in the process that TestGuard_… starts in order to kill it.
const victim = "VIDAPLUS_PG_VICTIM"

func TestGuard_LeavesNothingBehindWhenTheTestProcessIsKilled(t *testing.T) {
	if os.Getenv(victim) != "" {
		beKilled(t)
	}
	skipIfShort(t)
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
func beKilled(t *testing.T) {
	running, paused := Start(t).cluster, Start(t)
	paused.Pause()
	// A worker of the paused server: it cannot notice by itself that its postmaster is gone.
	fmt.Println("victim", running.folder, running.process.Pid, paused.cluster.folder, paused.cluster.paused[1])
	select {}
}

func startVictim(t *testing.T) (cmd *exec.Cmd, folders [2]string, processes [2]int) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
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
func exists(pid int) bool {
	state, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(state)), "Z")
}

func TestDatabase_SkipsInShortModeAndSaysSo(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.short", "-test.v", "-test.run=^TestDatabase_GivesDatabases")
	output, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "-short: tests on PostgreSQL are left out") {
		t.Errorf("a test with -short ended with %v and said\n%s", err, output)
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !is() {
		select {
		case <-deadline:
			t.Fatalf("not so after 20 seconds: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
