package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Nothing of the machine gets into a binary: not the folder, not the state of a repository, not the time. The build cache
// is shared, since go build keys it by whatever the compiler sees: what differs is compiled anew. `make reproduce` does
// without it.
func TestBuild_TwoFoldersGiveTheSameBytes(t *testing.T) {
	for _, tool := range []string{"make", "git"} {
		if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") == "" {
			t.Skip(tool + " is not installed")
		}
	}
	first := build(t, filepath.Join(t.TempDir(), "a"), "git init -q && git add -A && git -c user.name=x -c user.email=x@y commit -qm x")
	second := build(t, filepath.Join(t.TempDir(), "a", "longer", "path"), "true")
	if sha256.Sum256(first) != sha256.Sum256(second) {
		t.Errorf("two builds from two folders differ (%d and %d bytes)", len(first), len(second))
	}
	if where, err := filepath.Abs(root); err != nil || bytes.Contains(first, []byte(where)) || bytes.Contains(first, []byte(os.TempDir()+"/Test")) {
		t.Errorf("the binary names a folder of the machine that built it (%v)", err)
	}
}

func TestBuild_TheImageIsBuiltAsTheBinaryIs(t *testing.T) {
	c := exec.CommandContext(t.Context(), "make", "--no-print-directory", "-n", "build", "VERSION=V", "COMMIT=C")
	c.Dir, c.Env = root, append(os.Environ(), "MAKEFLAGS=")
	recipe, err := c.Output()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip("make is not installed")
	}
	dockerfile, failed := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err = errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	if made, image := buildFlags(t, recipe), buildFlags(t, dockerfile); made != image {
		t.Errorf("make builds with\n%s\nand the image with\n%s", made, image)
	}
}

// TestBuild_TheImageIsSmall holds the binary of the image to what is left of 30 MB. Beside it there are the certificates of
// authorities, 0.22 MB, and two lines of text. Where a change needs more, see docs/dependencies.md for what takes how much.
func TestBuild_TheImageIsSmall(t *testing.T) {
	const budget = 30_000_000 - 225_000 // bytes
	t.Setenv("GOOS", "linux")
	t.Setenv("GOARCH", "amd64")
	if size := len(build(t, filepath.Join(t.TempDir(), "a"), "true")); size > budget {
		t.Errorf("the binary for linux/amd64 has %d bytes, want %d at most", size, budget)
	}
}

// buildFlags returns what go build is told in a text, on one line.
func buildFlags(t *testing.T, text []byte) string {
	t.Helper()
	line := strings.Join(strings.Fields(strings.ReplaceAll(string(text), "\\\n", " ")), " ")
	_, rest, found := strings.Cut(line, "CGO_ENABLED=0 go build ")
	flags, _, output := strings.Cut(rest, " -o ")
	if !found || !output {
		t.Fatalf("nothing is built in\n%s", text)
	}
	return strings.NewReplacer("${VERSION}", "V", "${COMMIT}", "C").Replace(flags)
}

// build copies the source to a folder, prepares that, and makes the binary there.
func build(t *testing.T, folder, prepare string) []byte {
	t.Helper()
	if err := copySource(folder); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "sh", "-c", prepare+" && make build VERSION=v COMMIT=c")
	c.Dir = folder
	c.Env = append(os.Environ(), "MAKEFLAGS=", "GOFLAGS=-buildvcs=auto") // as Go does unless told otherwise
	if output, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	binary, err := os.ReadFile(filepath.Join(folder, "dist", "vidaplus-auth"))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func copySource(folder string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if slices.Contains([]string{".git", "dist", "testdata"}, entry.Name()) {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(folder, name), 0o755)
		}
		if !entry.Type().IsRegular() || strings.HasSuffix(name, ".db") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("copy %s: %w", name, err)
		}
		return os.WriteFile(filepath.Join(folder, name), text, 0o600)
	})
}
