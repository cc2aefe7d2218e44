package faults

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testName = regexp.MustCompile(`\bTest[A-Z]\w+`)
	testFunc = regexp.MustCompile(`(?m)^func (Test[A-Z]\w+)\(`)
)

// TestReliability_HasATestForEveryRowAndARowForEveryTest holds docs/reliability.md against the tests that there are.
func TestReliability_HasATestForEveryRowAndARowForEveryTest(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "reliability.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	all := testsBelow(t, filepath.Join("..", ".."))
	for _, name := range testName.FindAllString(page, -1) {
		if !all[name] {
			t.Errorf("the page names %s, which is no test", name)
		}
	}
	for name := range testsBelow(t, ".") {
		if name != "TestMain" && name != t.Name() && !strings.Contains(page, name) {
			t.Errorf("the page has no row for %s", name)
		}
	}
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| fault") && !testName.MatchString(line) &&
			!strings.Contains(line, "high-availability.md") {
			t.Errorf("a row has neither a test nor another page: %s", line)
		}
	}
}

func testsBelow(t *testing.T, root string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range testFunc.FindAllStringSubmatch(string(text), -1) {
			names[found[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
