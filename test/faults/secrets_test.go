package faults

import (
	"errors"
	"github.com/vidaplus/vidaplus-auth/test/program"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSecretFile_ThatCannotBeReadStopsAStartAndNoServiceThatRuns: nothing is forbidden to root, so what cannot be read is
// a folder in the place of the file.
func TestSecretFile_ThatCannotBeReadStopsAStartAndNoServiceThatRuns(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(path string) error{
		"unreadable": func(path string) error { return os.Mkdir(path, 0o700) },
		"emptied":    func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"gone":       func(string) error { return nil },
	} {
		path := filepath.Join(t.TempDir(), "secret.key")
		if err := os.WriteFile(path, []byte(program.SecretKey+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s := prepared(t, newDatabase(t), "SECRET_KEY=", "SECRET_KEY_FILE="+path)
		s.begin()
		token := s.staysIn(path, spoil)
		s.startsOnlyWith(path, "SECRET_KEY_FILE", token)
		t.Logf("%s: told", what)
	}
	note(t, "the secret's file is unreadable, empty or gone", "a running service goes on; a start ends at once with one line that names "+
		"the variable", "at the next start")
}

// TestMadeSecret_ThatCannotBeReadIsNotMadeAnew: a new one would log everybody out.
func TestMadeSecret_ThatCannotBeReadIsNotMadeAnew(t *testing.T) {
	t.Parallel()
	for _, spoil := range []func(path string) error{
		func(path string) error { return os.Mkdir(path, 0o700) },
		func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		path := filepath.Join(t.TempDir(), "vidaplus.db")
		s := prepared(t, "sqlite:"+path, "SECRET_KEY=")
		s.begin()
		token := s.staysIn(path+".secret", spoil)
		s.startsOnlyWith(path+".secret", "secret key", token)
	}
	note(t, "the secret that was made beside a SQLite file is unreadable or empty", "a running service goes on; a start ends at once with "+
		"one line, and makes no new one", "at the next start")
}

func TestKeyFolder_EmptiedStopsAStartAndNoServiceThatRuns(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := prepared(t, newDatabase(t), "ALGORITHM=EdDSA", "SIGNING_KEYS_DIR="+folder, "SECRET_KEY=")
	if _, errs, code := s.Run("", "keys", "generate", "EdDSA"); code != 0 {
		t.Fatalf("no key was made: %s", errs)
	}
	s.begin()
	token := s.staysIn(folder, func(path string) error { return os.Mkdir(path, 0o700) })
	program.Within(t, 30*time.Second, "the service warns that it cannot read its keys again", func() bool {
		return strings.Contains(s.Out.String(), "signing keys could not be read again")
	})
	for range 3 {
		token = s.refreshed(token)
	}
	if a := s.send(http.MethodGet, "/auth/me", token, nil); a.Status != http.StatusOK {
		t.Errorf("with the keys that were read last a token is answered %d %s", a.Status, a.Text)
	}
	s.startsOnlyWith(folder, folder+"\" holds no signing key", token)
	note(t, "the folder of signing keys is emptied", "a running service goes on with the keys it read last, and warns within 15 s; a start "+
		"ends at once with one line that names the folder", "at the next start; without one within 15 s")
}

func (s *service) refreshed(token string) string {
	s.T.Helper()
	a := s.refresh(token)
	if a.Token == "" {
		s.T.Fatalf("a token is answered %d %s, want 200", a.Status, a.Text)
	}
	return a.Token
}

// staysIn takes what is at a path away from a service that runs, puts something else there, and returns a token that the
// service has given out since.
func (s *service) staysIn(path string, spoil func(string) error) (token string) {
	s.T.Helper()
	token = s.loggedIn()
	if err := errors.Join(os.Rename(path, path+".away"), spoil(path)); err != nil {
		s.T.Fatal(err)
	}
	token = s.refreshed(token)
	if s.login().Token == "" {
		s.T.Error("a log-in fails")
	}
	return token
}

// startsOnlyWith checks that a service does not start without what was at a path, and says why; and that with it a token
// of before is good.
func (s *service) startsOnlyWith(path, reason, token string) {
	s.T.Helper()
	if code := s.Stop(syscall.SIGTERM); code != 0 {
		s.T.Errorf("the service ended with %d", code)
	}
	s.Launch()
	code := s.Ended()
	lines := strings.Split(strings.TrimSpace(s.Out.String()), "\n")
	if last := lines[len(lines)-1]; code == 0 || !strings.Contains(last, reason) {
		s.T.Errorf("the start ended with %d and %q, want a failure that names %s", code, last, reason)
	}
	if strings.Contains(s.Out.String(), program.SecretKey) {
		s.T.Error("the secret is in the log")
	}
	if err := errors.Join(os.RemoveAll(path), os.Rename(path+".away", path)); err != nil {
		s.T.Fatal(err)
	}
	s.Start()
	s.refreshed(token)
}
