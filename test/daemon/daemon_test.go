package daemon

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

func TestGuard_EndsWhatItWatchesLastAndTakesTheFolderAway(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "server")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	guard, err := NewGuard(folder, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	spared, ended := exec.Command("sleep", "60"), exec.Command("sleep", "60")
	for _, process := range []*exec.Cmd{spared, ended} {
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
	}
	guard.Watch(spared.Process.Pid)
	guard.Watch(ended.Process.Pid)
	guard.Release()
	if err := ended.Wait(); err == nil {
		t.Error("what was watched ended by itself")
	}
	if err := spared.Process.Kill(); err != nil {
		t.Errorf("what is watched no more was ended: %v", err)
	}
	_ = spared.Wait()
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestFreePort_CanBeListenedOn(t *testing.T) {
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
}
