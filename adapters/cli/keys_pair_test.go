package cli_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// keySettings is the configuration of the keys, or what is wrong with it.
type keySettings struct {
	jwtsign.Settings
	wrong error
	asked int
}

func (s *stage) keys() *cobra.Command {
	clock := ports.Clock(func() time.Time { return s.now })
	folder := func() (string, error) {
		s.signing.asked++
		return s.signing.Folder, s.signing.wrong
	}
	return cli.Keys(application.NewGenerateKey(jwtsign.KeyMaker{}, clock), folder,
		func(_ context.Context, do func(*application.ListKeys) error) error {
			ring, err := jwtsign.Open(s.signing.Settings, policy, clock)
			if s.signing.wrong != nil {
				err = s.signing.wrong
			}
			if err != nil {
				return err
			}
			return do(application.NewListKeys(ring, clock))
		})
}

// withFolder gives the commands a folder of keys that is not there yet.
func withFolder(t *testing.T, algorithm string) *stage {
	s := newStage(t)
	s.signing.Algorithm, s.signing.Folder = algorithm, filepath.Join(t.TempDir(), "new", "keys")
	return s
}

var pairs = []string{"EdDSA", "ES256", "RS256"}

func TestGenerateKey_WritesAKeyPairIntoTheFolder(t *testing.T) {
	for _, algorithm := range pairs {
		s := withFolder(t, algorithm)
		path := strings.TrimSuffix(s.must("keys", "generate", algorithm), "\n")
		name := regexp.MustCompile(`^20260301T120000Z_[A-Za-z0-9_-]{43}\.pem$`)
		if filepath.Dir(path) != s.signing.Folder || !name.MatchString(filepath.Base(path)) {
			t.Errorf("%s: the path is %s, want the first key's name in %s", algorithm, path, s.signing.Folder)
		}
		checkMode(t, path, 0o600)
		checkMode(t, s.signing.Folder, os.ModeDir|0o700)
		checkPair(t, read(t, path))
		checkAlone(t, path)
		if id := strings.TrimSuffix(filepath.Base(path)[17:], ".pem"); !strings.Contains(s.must("keys", "list"), "\n"+id+" ") {
			t.Errorf("%s: the list has no key %s", algorithm, id)
		}
		if again := s.must("keys", "generate", algorithm); !strings.Contains(again, "/20260301T121000Z_") {
			t.Errorf("%s: a further key is written to %s, want one that begins in ten minutes", algorithm, again)
		}
	}
}

func TestGenerateKey_LeavesAFolderAloneThatHasOneOfTheAlgorithm(t *testing.T) {
	s := withFolder(t, "EdDSA")
	path := strings.TrimSuffix(s.must("keys", "generate", "EdDSA", "--if-absent"), "\n")
	a := s.run("keys", "generate", "EdDSA", "--if-absent")
	if a.exit != 0 || a.out != "" || !strings.Contains(a.errOut, "holds a key for EdDSA and was not changed") {
		t.Errorf("with --if-absent a folder with a key gives %+v", a)
	}
	checkAlone(t, path)
	s.must("keys", "generate", "ES256", "--if-absent")
}

func TestGenerateKey_WritesAKeyPairElsewhereIfToldSo(t *testing.T) {
	s := withFolder(t, "EdDSA")
	path := filepath.Join(t.TempDir(), "key.pem")
	if got := s.must("keys", "generate", "ES256", "--file", path); got != path+"\n" {
		t.Errorf("standard output gets %q, want the path", got)
	}
	checkPair(t, read(t, path))
	checkMode(t, path, 0o600)
	s.refused(1, "exists and was not changed", "keys", "generate", "ES256", "--file", path)
	if a := s.run("keys", "generate", "ES256", "--file", path, "--if-absent"); a.exit != 0 || !strings.Contains(a.errOut, "exists") {
		t.Errorf("with --if-absent a file that exists gives %+v", a)
	}
	if _, err := os.Stat(s.signing.Folder); err == nil || s.signing.asked > 0 {
		t.Error("the folder of keys was asked for, want the file alone")
	}
	s.signing.Folder = ""
	checkPair(t, s.must("keys", "generate", "EdDSA"))
}

func TestGenerateKey_RefusesWhatItCannotDo(t *testing.T) {
	s := newStage(t)
	for _, algorithm := range pairs {
		s.refused(2, "--if-absent needs", "keys", "generate", algorithm, "--if-absent")
		s.refused(2, "--file is empty", "keys", "generate", algorithm, "--file", "")
	}
	for _, wrong := range []string{"eddsa", "RS1", "none", "ES384", "HS512", ""} {
		s.refused(2, "must be HS256, EdDSA, ES256 or RS256", "keys", "generate", wrong)
	}
	s.refused(2, "takes HS256, EdDSA, ES256 or RS256, not 0 arguments", "keys", "generate")
	s.refused(2, "not 2 arguments", "keys", "generate", "EdDSA", "ES256")
	s.signing.wrong = cli.Usagef("SECRET_KEY is not set")
	s.refused(2, "SECRET_KEY is not set", "keys", "generate", "EdDSA")
	s.refused(2, "SECRET_KEY is not set", "keys", "list")
	s.must("keys", "generate", "HS256")
	s.must("keys", "generate", "EdDSA", "--file", filepath.Join(t.TempDir(), "key.pem"))
}

func TestGenerateKey_FailsWhereItCannotWrite(t *testing.T) {
	s := withFolder(t, "EdDSA")
	s.signing.Folder = filepath.Join(t.TempDir(), "file")
	write(t, s.signing.Folder, "")
	s.refused(1, "file", "keys", "generate", "EdDSA")
	s.signing.Folder = filepath.Join(s.signing.Folder, "below")
	s.refused(1, "not a directory", "keys", "generate", "EdDSA")
	s = withFolder(t, "EdDSA")
	s.must("keys", "generate", "EdDSA")
	write(t, filepath.Join(s.signing.Folder, "x.pem"), "canary")
	s.refused(1, "x.pem", "keys", "generate", "EdDSA")
	s.refused(1, "x.pem", "keys", "list")
}

// Whoever reads the folder meanwhile sees whole keys or none.
func TestGenerateKey_NeverShowsHalfAKey(t *testing.T) {
	s := withFolder(t, "EdDSA")
	s.must("keys", "generate", "EdDSA")
	var all sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		all.Go(func() {
			one := newStage(t)
			one.signing = s.signing
			for range 25 {
				if a := one.run("keys", "generate", "EdDSA"); a.exit != 0 {
					t.Errorf("generate ended with %q", a.line)
				}
			}
		})
	}
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if _, err := (jwtsign.KeyMaker{}).Kept(s.signing.Folder); err != nil {
				t.Errorf("a reader of the folder got %v", err)
				return
			}
		}
	})
	all.Wait()
	close(done)
	reader.Wait()
	if kept, err := (jwtsign.KeyMaker{}).Kept(s.signing.Folder); len(kept) != 101 || err != nil {
		t.Errorf("the folder holds %d keys, %v, want 101", len(kept), err)
	}
}

func TestListKeys_SaysWhatEachKeyDoesAndPrintsNone(t *testing.T) {
	s := withFolder(t, "EdDSA")
	s.signing.Secret, s.signing.Previous = domain.NewSecret("canary one"), []domain.Secret{domain.NewSecret("canary two")}
	for range 3 {
		s.must("keys", "generate", "EdDSA")
		s.now = s.now.Add(time.Hour)
	}
	s.now = s.now.Add(-time.Hour)
	write(t, filepath.Join(s.signing.Folder, "undated.pem"), s.undated("ES256"))
	got := regexp.MustCompile(`[A-Za-z0-9_-]{43}`).ReplaceAllString(s.must("keys", "list"), "KID")
	want := []string{
		"KEY ALGORITHM BEGINS NOW", "SECRET_KEY HS256 - verifies", "PREVIOUS_SECRET_KEYS 1 HS256 - verifies", "KID ES256 - verifies",
		"KID EdDSA 2026-03-01T12:00:00Z not needed any more", "KID EdDSA 2026-03-01T13:10:00Z signs", "KID EdDSA 2026-03-01T14:10:00Z begins later",
	}
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.Join(strings.Fields(lines[i]), " ")
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("the list is\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if strings.Contains(got, "canary") {
		t.Errorf("a secret is printed: %s", got)
	}
	s.refused(2, "takes no arguments", "keys", "list", "x")
	s.signing.wrong = errors.New("a fault")
	s.refused(1, "a fault", "keys", "list")
}

// undated returns a key as it is printed where there is no folder.
func (s *stage) undated(algorithm string) string {
	s.t.Helper()
	return newStage(s.t).must("keys", "generate", algorithm)
}

func checkMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	if info, err := os.Stat(path); err != nil || info.Mode() != want {
		t.Errorf("the mode of %s is %v (%v), want %v", path, info.Mode(), err, want)
	}
}

// checkPair wants one private key in PEM and nothing else.
func checkPair(t *testing.T, text string) {
	t.Helper()
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(rest) > 0 || !strings.HasPrefix(text, "-----BEGIN PRIVATE KEY-----\n") || !strings.HasSuffix(text, "-----END PRIVATE KEY-----\n") {
		t.Fatalf("the text has %d bytes, want one private key in PEM", len(text))
	}
	if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
		t.Errorf("the private key cannot be read: %v", err)
	}
}
