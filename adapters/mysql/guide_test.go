package mysql_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

var guideRow = regexp.MustCompile("(?m)^\\| \\[`([^`]+)`\\]\\(\\.\\./adapters/mysql/[^)]+\\) \\| (\\d+) \\|")

// The guide to adding an adapter says how many files and lines this one has, less the tests of what it alone can get wrong.
func TestGuide_CountsTheFilesAndLinesThatAreThere(t *testing.T) {
	guide, err := os.ReadFile("../../docs/adding-an-adapter.md")
	if err != nil {
		t.Fatal(err)
	}
	counted := map[string]string{}
	for _, match := range guideRow.FindAllStringSubmatch(string(guide), -1) {
		counted[match[1]] = match[2]
	}
	files, lines := 0, 0
	err = fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") && path != "mysql_test.go" {
			return err
		}
		text, err := os.ReadFile(path)
		n := bytes.Count(text, []byte("\n"))
		files, lines = files+1, lines+n
		if counted[path] != fmt.Sprint(n) {
			t.Errorf("%s has %d lines, the guide says %q", path, n, counted[path])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(counted) != files {
		t.Errorf("the guide lists %d files, there are %d", len(counted), files)
	}
	if total := fmt.Sprintf("**%d files, %d lines**", files, lines); !strings.Contains(string(guide), total) {
		t.Errorf("the guide does not say %s", total)
	}
}

func TestGuide_AsksTheQuestionOfEachFieldOfAnEngine(t *testing.T) {
	guide, err := os.ReadFile("../../docs/adding-an-adapter.md")
	if err != nil {
		t.Fatal(err)
	}
	// What the program fills in, to be told of.
	told := []string{"Observe", "ObserveCall", "Now", "Hurried"}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[gormstore.Engine]()) {
		if !slices.Contains(told, field.Name) && !strings.Contains(string(guide), "\n| `"+field.Name+"` | ") {
			t.Errorf("the guide has no row for %s", field.Name)
		}
	}
}
