package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// row is one dependency in docs/dependencies.md: what it is, what for, and why it stays.
var row = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\| ([^|]+) \\|$")

func TestDependencies_EachHasAReasonAndNoReasonIsLeftOver(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	reasons := make(map[string]string)
	for _, match := range row.FindAllStringSubmatch(string(text), -1) {
		if reasons[match[1]] != "" {
			t.Errorf("docs/dependencies.md has %s twice", match[1])
		}
		reasons[match[1]] = strings.TrimSpace(match[3])
	}
	direct := required(t)
	for _, path := range direct {
		if len(reasons[path]) < len("it is needed") {
			t.Errorf("docs/dependencies.md gives no reason for %s: say what it is for, and why nothing smaller does", path)
		}
		delete(reasons, path)
	}
	for path := range reasons {
		t.Errorf("docs/dependencies.md has %s, which go.mod does not require directly", path)
	}
	if len(direct) == 0 {
		t.Error("go.mod requires nothing, so this test looks at the wrong file")
	}
}

// required returns the modules that go.mod names without calling them indirect.
func required(t *testing.T) []string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json")
	c.Dir = root
	output, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Require []struct {
			Path     string
			Indirect bool
		}
		Replace []any
	}
	if err := json.Unmarshal(output, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Replace) > 0 {
		t.Errorf("go.mod replaces %v: what is built in is then not what its checksum database knows", file.Replace)
	}
	var direct []string
	for _, r := range file.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	return direct
}
