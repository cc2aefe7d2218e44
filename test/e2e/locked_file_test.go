package e2e

import (
	"database/sql"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // registers the driver

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestLockedFile_NobodyIsLoggedOutThoughItOutlastsTheGrace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	services := replicated(t, 1, "sqlite:"+path)
	members := crowd(crowdSize, services...)
	finish := inBackground(t, members)
	areServed(t, members)
	unlock := lockedFile(t, path)
	time.Sleep(storeTimeout / 2)
	served := members[0].seen.count(http.StatusOK)
	services[0].turnsNobodyAway(t, untracked(maria, time.Minute))
	time.Sleep(shortGrace)
	if n := members[0].seen.count(http.StatusOK) - served; n > 0 {
		t.Errorf("%d refreshes went well in a file that somebody else writes", n)
	}
	unlock()
	areServed(t, members)
	finish()
	wereToldInTime(t, members)
	nobodyWasTurnedAway(t, members)
}

// lockedFile keeps the only right to write to a SQLite file until unlock is called.
func lockedFile(t *testing.T, path string) (unlock func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStart_AFileThatCannotBeTheDatabaseIsSaidToBeSo(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	text := filepath.Join(folder, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("This is not a database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, reason := range map[string]string{
		filepath.Join(folder, "missing", "vidaplus.db"): "no such file or directory",
		folder: "is a directory",
		text:   "file is not a database",
	} {
		for _, command := range []string{"serve", "migrate"} {
			_, stderr, code := runWith(t, folder, program.Environment("sqlite:"+path, "HTTP_ADDR="+program.FreeAddress(t)), "", command)
			lines := strings.Split(strings.TrimSpace(stderr), "\n")
			last := lines[len(lines)-1]
			if code != 1 || !strings.Contains(last, path) || !strings.Contains(last, reason) {
				t.Errorf("%s ended with %d and %q, want 1, the path and %q", command, code, last, reason)
			}
		}
	}
}
