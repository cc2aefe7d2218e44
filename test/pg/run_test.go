package pg

import (
	"os"
	"testing"
)

func TestRun_GivesAServerWithSettingsThatGoesAtClose(t *testing.T) {
	skipIfShort(t)
	server, err := Run(t.Context(), "shared_buffers=32MB")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var buffers string
	if err := connect(t, server.URL()).QueryRow(t.Context(), "SHOW shared_buffers").Scan(&buffers); err != nil {
		t.Fatal(err)
	}
	if buffers != "32MB" {
		t.Errorf("shared_buffers is %s, want the 32MB that were asked for", buffers)
	}
	if !exists(server.PID()) {
		t.Error("the process it names is not there")
	}
	server.Close()
	if _, err := os.Stat(server.Data()); !os.IsNotExist(err) {
		t.Errorf("its data are still there after Close: %v", err)
	}
}
