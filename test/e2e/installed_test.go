package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// installed returns the path of somebody else's program, and skips the test where there is none.
func installed(t *testing.T, name, debian string) string {
	t.Helper()
	for _, candidate := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed (Debian: apt-get install %s)", name, debian)
	}
	t.Skipf("%s is not installed (Debian: apt-get install %s)", name, debian)
	return ""
}

// ofProject returns the path of a file of the project.
func ofProject(t *testing.T, name ...string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(append([]string{"..", ".."}, name...)...))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// text returns what is in a file of the project.
func text(t *testing.T, name ...string) string {
	t.Helper()
	content, err := os.ReadFile(ofProject(t, name...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
