package pg

import (
	"os"
	"syscall"
	"testing"
)

func TestRun_GivesAServerWithSettingsThatOrdersTextAsPeopleDoAndGoesAtClose(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: tests on PostgreSQL are left out")
	}
	server, err := Run(t.Context(), "shared_buffers=32MB")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var buffers string
	if err := kind.Connect(t, server.URL()).QueryRowContext(t.Context(), "SHOW shared_buffers").Scan(&buffers); err != nil {
		t.Fatal(err)
	}
	if buffers != "32MB" {
		t.Errorf("shared_buffers is %s, want the 32MB that were asked for", buffers)
	}
	var linguistic bool
	if err := kind.Connect(t, server.URL()).QueryRowContext(t.Context(), "SELECT 'a' < 'B'").Scan(&linguistic); err != nil || !linguistic {
		t.Errorf("the throw-away server orders by bytes (%v), which would hide a missing COLLATE", err)
	}
	if err := syscall.Kill(server.PID(), 0); err != nil {
		t.Errorf("the process it names is not there: %v", err)
	}
	server.Close()
	if _, err := os.Stat(server.Data()); !os.IsNotExist(err) {
		t.Errorf("its data are still there after Close: %v", err)
	}
}
