package arch_test

import (
	"fmt"
	"slices"
	"strings"
)

// source is a Go file: the folder it is in, seen from the module's root, its name, and what it imports.
type source struct {
	folder  string
	name    string
	imports []string
}

func (s source) path() string { return s.folder + "/" + s.name }

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// breaches returns one sentence for each import that the rules do not allow.
func (s source) breaches() []string {
	r := rules[s.folder]
	if s.isTest() && !r.tests {
		return nil
	}
	var found []string
	for _, path := range s.imports {
		if why := s.objection(r, path); why != "" {
			found = append(found, fmt.Sprintf("%s may not import %s: %s", s.path(), path, why))
		}
	}
	return found
}

// objection says why the file may not import path, or "".
func (s source) objection(r rule, path string) string {
	switch {
	case path == "C":
		return "the program is one static binary that needs no C compiler"
	case under(path, "go.uber.org/fx"):
		if s.mayUseFx() {
			return ""
		}
		return "fx is for cmd and for an adapter's module.go, so that everything else can be used and tested without it"
	case r.allows(path):
		return ""
	default:
		return r.why
	}
}

func (s source) mayUseFx() bool {
	return under(s.folder, "cmd") || under(s.folder, "adapters") && s.name == "module.go"
}

func (r rule) allows(path string) bool {
	below := func(parent string) bool { return under(path, parent) }
	if folder, ok := strings.CutPrefix(path, module+"/"); ok {
		return slices.ContainsFunc(r.ours, func(parent string) bool { return under(folder, parent) })
	}
	if isStandard(path) {
		return !slices.ContainsFunc(r.barred, below)
	}
	return slices.ContainsFunc(r.theirs, below)
}

// under reports whether path is parent or below it.
func under(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}

// isStandard tells by the first element: a module's path begins with a host's name, which has a dot.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
