package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/sqlite"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
)

func TestOpen_LosesNothingThatWasAcknowledged(t *testing.T) {
	db := open(t)
	conns, err := db.Engine().DB.DB()
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"on the first connection", "on a later one"} {
		for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "busy_timeout": "30000"} {
			var got string
			if err := conns.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s %s is %q, %v, want %q", when, pragma, got, err, want)
			}
		}
		conns.SetMaxIdleConns(0)
	}
}

func TestOpen_KeepsWhatIsWrittenBehindFromOthers(t *testing.T) {
	folder := t.TempDir()
	db := openAt(t, filepath.Join(folder, "vidaplus.db"))
	engine.RoundTrip(t, db)
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, file.Name())
		if info.Mode() != 0o600 {
			t.Errorf("%s has the mode %v, want only its owner to read it", file.Name(), info.Mode())
		}
	}
	if want := []string{"vidaplus.db", "vidaplus.db-shm", "vidaplus.db-wal"}; !slices.Equal(names, want) {
		t.Errorf("the files are %q, want %q", names, want)
	}
}

func TestOpen_LeavesTheModeOfAFileThatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	engine.RoundTrip(t, openAt(t, path))
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o640 {
		t.Errorf("the mode is %v, %v, want what it was", info.Mode(), err)
	}
}

func TestOpen_SaysWhichFileCannotBeTheDatabase(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, folder, filepath.Join(folder, "missing", "vidaplus.db")} {
		db, err := sqlite.Open(path, engine.Patience)
		if err == nil {
			err = db.Migrate(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want an error that names it", path, err)
		}
	}
}

func TestOpen_TheMemoryOfOneDatabaseIsNotThatOfAnother(t *testing.T) {
	one, two := openAt(t, sqlite.Memory), openAt(t, sqlite.Memory)
	session := engine.RoundTrip(t, one)
	if _, err := gormstore.NewSessionStore(two.Engine()).Find(t.Context(), session.ID); err == nil {
		t.Error("a session in one memory was found in another")
	}
}

func TestTimes_AreWholeMicrosecondsInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vidaplus.db")
	db := openAt(t, path)
	session := engine.RoundTrip(t, db)
	_, err := gormstore.NewSessionRegister(db.Engine()).Revoke(t.Context(), session.ID, domain.ReasonOperator, engine.Noon)
	if err != nil {
		t.Fatal(err)
	}
	conn := other(t, path)
	for table, columns := range map[string][]string{
		"users":             {"created_at"},
		"sessions":          {"created_at", "ends_at", "issued_at", "expires_at", "replaced_at", "last_expiry", "revoked_at"},
		"untracked_cutoffs": {"not_before"},
	} {
		for _, column := range columns {
			kinds := engine.Rows(t, conn, fmt.Sprintf("SELECT DISTINCT typeof(%s) FROM %s", column, table))
			if !slices.Equal(kinds, []string{"integer"}) {
				t.Errorf("%s.%s is kept as %q, want integers", table, column, kinds)
			}
		}
	}
	for _, column := range []string{"created_at", "replaced_at", "revoked_at"} {
		got := engine.Rows(t, conn, "SELECT CAST(0 + "+column+" AS TEXT) FROM sessions")
		if want := fmt.Sprint(engine.Noon.UnixMicro()); !slices.Equal(got, []string{want}) {
			t.Errorf("%s is kept as %q, want %s", column, got, want)
		}
	}
}
