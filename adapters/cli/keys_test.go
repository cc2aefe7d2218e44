package cli_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestGenerateKey_PrintsANewKeyEachTime(t *testing.T) {
	s := newStage(t)
	first, second := s.must("keys", "generate", "HS256"), s.must("keys", "generate", "HS256")
	checkKey(t, first)
	if first == second {
		t.Error("two keys are the same")
	}
	if s.opened != 0 {
		t.Error("making a key opens the store")
	}
}

func TestGenerateKey_WritesAFileThatOnlyItsOwnerReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	if got := newStage(t).must("keys", "generate", "HS256", "--file", path); got != path+"\n" {
		t.Errorf("standard output gets %q, want the path", got)
	}
	checkKey(t, read(t, path))
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file's mode is %v (%v), want 0600", info.Mode(), err)
	}
	checkAlone(t, path)
}

func TestGenerateKey_NeverChangesAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	write(t, path, "old")
	s := newStage(t)
	s.refused(1, "exists and was not changed", "keys", "generate", "HS256", "--file", path)
	a := s.run("keys", "generate", "HS256", "--file", path, "--if-absent")
	if a.exit != 0 || a.out != "" || !strings.Contains(a.errOut, "exists and was not changed") {
		t.Errorf("with --if-absent a file that exists gives %+v", a)
	}
	if got := read(t, path); got != "old" {
		t.Errorf("the file holds %q now", got)
	}
	checkAlone(t, path)
}

func TestGenerateKey_WritesWithIfAbsentWhatIsAbsent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret.key")
	newStage(t).must("keys", "generate", "HS256", "--file", path, "--if-absent")
	checkKey(t, read(t, path))
}

func TestGenerateKey_RefusesWhatCannotBeAKeyFile(t *testing.T) {
	folder := t.TempDir()
	dangling := filepath.Join(folder, "dangling")
	if err := os.Symlink(filepath.Join(folder, "nowhere"), dangling); err != nil {
		t.Fatal(err)
	}
	s := newStage(t)
	for path, says := range map[string]string{
		folder:                              "is no file",
		dangling:                            "no such file",
		filepath.Join(folder, "no", "file"): "no such file",
	} {
		s.refused(1, says, "keys", "generate", "HS256", "--if-absent", "--file", path)
	}
	if _, err := os.Lstat(filepath.Join(folder, "no")); err == nil {
		t.Error("a folder was made")
	}
}

func TestGenerateKey_LetsExactlyOneOfManyWriteTheFile(t *testing.T) {
	for range 10 {
		path := filepath.Join(t.TempDir(), "secret.key")
		answers := make([]answer, 24)
		var all sync.WaitGroup
		start := make(chan struct{})
		for i := range answers {
			s := newStage(t)
			all.Go(func() {
				<-start
				answers[i] = s.run("keys", "generate", "HS256", "--file", path)
			})
		}
		close(start)
		all.Wait()
		won := 0
		for _, a := range answers {
			if a.exit == 0 {
				won++
			}
		}
		if won != 1 {
			t.Fatalf("%d of 24 say that they wrote the file, want 1", won)
		}
		checkKey(t, read(t, path))
		checkAlone(t, path)
	}
}

// checkKey wants 32 bytes in unpadded base64url and a line end.
func checkKey(t *testing.T, text string) {
	t.Helper()
	key, ended := strings.CutSuffix(text, "\n")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(key)
	if !ended || err != nil || len(raw) != 32 {
		t.Errorf("the key is a text of %d bytes (%v), want 43 and a line end", len(text), err)
	}
}

// checkAlone wants nothing beside the file.
func checkAlone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v (%v), want the key file alone", entries, err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
