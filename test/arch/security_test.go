package arch_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testName = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)
)

// A claim is worth the test that would break: every name in docs/security.md has to be one.
func TestSecurity_EveryTestThatIsNamedExists(t *testing.T) {
	tests := tests(t)
	for _, name := range testName.FindAllString(securityPage(t), -1) {
		if !tests[name] {
			t.Errorf("docs/security.md names %s, which is no test", name)
		}
	}
}

func TestSecurity_EveryFuzzTestIsNamed(t *testing.T) {
	page := securityPage(t)
	for name := range tests(t) {
		if strings.HasPrefix(name, "Fuzz") && !regexp.MustCompile(`\b`+name+`\b`).MatchString(page) {
			t.Errorf("docs/security.md does not say which attack %s is about", name)
		}
	}
}

// The items are numbered without a gap, and each has a test or a reason.
func TestSecurity_EveryItemHasATestOrAReason(t *testing.T) {
	page := securityPage(t)
	items := regexp.MustCompile(`(?m)^\| (\d+) [MS] \|.*\| ([^|]+) \|$`).FindAllStringSubmatch(page, -1)
	for i, item := range items {
		if item[1] != fmt.Sprint(i+1) {
			t.Errorf("item %s follows item %d", item[1], i)
		}
		if reason := strings.HasPrefix(item[2], "Does not apply: "); !reason && !testName.MatchString(item[2]) {
			t.Errorf("item %s has neither a test nor a reason: %s", item[1], item[2])
		}
	}
	if len(items) != 56 {
		t.Errorf("there are %d items, want the 56 of the checklist", len(items))
	}
	attacks := regexp.MustCompile(`(?s)\n## Attacks\n(.*?)\n## `).FindStringSubmatch(page)
	if attacks == nil {
		t.Fatal("there is no table of attacks")
	}
	for line := range strings.Lines(attacks[1]) {
		if strings.HasPrefix(line, "| ") && line != "| attack | tests |\n" && !testName.MatchString(line) {
			t.Errorf("no test is named for the attack in %s", line)
		}
	}
}

func securityPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tests returns the names of all tests of the module.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	all := make(map[string]bool)
	walk(t, func(name string, entry fs.DirEntry) {
		if entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range testFunc.FindAllStringSubmatch(string(text), -1) {
			all[match[1]] = true
		}
	})
	return all
}
