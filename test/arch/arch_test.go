package arch_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/vidaplus/vidaplus-auth"
	root   = "../.."
)

func TestImports_FollowTheRules(t *testing.T) {
	for _, s := range sources(t) {
		for _, breach := range s.breaches() {
			t.Error(breach)
		}
	}
}

func TestEveryPackage_HasARule(t *testing.T) {
	unruled := make(map[string]bool)
	for _, s := range sources(t) {
		if _, ruled := rules[s.folder]; !ruled {
			unruled[s.folder] = true
		}
	}
	for folder := range unruled {
		t.Errorf("%s has no rule: say in rules_test.go what it may import, and why", folder)
	}
}

func TestEveryRule_HasAPackage(t *testing.T) {
	all := sources(t)
	for folder := range rules {
		if !slices.ContainsFunc(all, func(s source) bool { return s.folder == folder }) {
			t.Errorf("there is a rule for %s, but no Go file in it: remove the rule", folder)
		}
	}
}

func TestFolders_SayWhatIsInside(t *testing.T) {
	walk(t, func(name string, entry fs.DirEntry) {
		if entry.IsDir() && slices.Contains(vagueNames, path.Base(name)) {
			t.Errorf("%s: the name %q says nothing of what is inside: name the folder after its purpose", name, path.Base(name))
		}
	})
}

// sources reads every Go file of the module. It parses instead of asking the go command, so that files for other
// systems are judged too.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	walk(t, func(name string, entry fs.DirEntry) {
		if !entry.IsDir() && strings.HasSuffix(name, ".go") {
			all = append(all, source{folder: path.Dir(name), name: path.Base(name), imports: imports(t, name)})
		}
	})
	if len(all) == 0 {
		t.Fatalf("there is no Go file below %s, want the module's", root)
	}
	return all
}

func imports(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatalf("%s: import %s: %v", name, spec.Path.Value, err)
		}
		paths = append(paths, imported)
	}
	return paths
}

// walk visits what the go command would look at: not testdata, and nothing that begins with a dot or an underscore.
func walk(t *testing.T, visit func(name string, entry fs.DirEntry)) {
	t.Helper()
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || file == root {
			return err
		}
		if base := entry.Name(); base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		name, err := filepath.Rel(root, file)
		visit(filepath.ToSlash(name), entry)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
