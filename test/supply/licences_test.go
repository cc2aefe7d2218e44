package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

var update = flag.Bool("update", false, "write docs/licences.md anew")

func TestLicences_EveryModuleStandsUnderOneThatIsAllowed(t *testing.T) {
	all := builtIn(t)
	for _, m := range all {
		if why := m.objection(); why != "" {
			t.Error(why)
		}
	}
	linked := slices.DeleteFunc(slices.Clone(all), func(m module) bool { return !m.inProgram })
	if len(linked) < 20 || len(linked) == len(all) {
		t.Errorf("of %d modules %d are in the program, so this test looks at the wrong ones", len(all), len(linked))
	}
}

func TestLicences_TheListIsTrue(t *testing.T) {
	path, want := filepath.Join(root, "docs", "licences.md"), list(builtIn(t))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("docs/licences.md is not what the modules say (%v): run make licences", err)
	}
}

func TestLicences_OfOthersAreObjectedTo(t *testing.T) {
	apache, err := os.ReadFile(filepath.Join(root, "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	const gpl = "This program is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License " +
		"as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version."
	for name, c := range map[string]struct {
		text      string
		inProgram bool
		fine      bool
	}{
		"Apache-2.0": {string(apache), true, true}, "GPL": {gpl, true, false}, "GPL in tests": {gpl, false, false},
		"nothing": {"", true, false}, "some text": {"All rights reserved.", false, false}, "half of one": {string(apache[:len(apache)/2]), true, false},
	} {
		m := module{path: "example.com/x", inProgram: c.inProgram, licences: []licence{{recognised([]byte(c.text)), "LICENSE", c.text}}}
		if why := m.objection(); (why == "") != c.fine {
			t.Errorf("%s: the objection is %q", name, why)
		}
	}
	weak := module{path: "example.com/x", licences: []licence{{name: "MPL-2.0"}}}
	if weak.objection() != "" {
		t.Errorf("in tests: %s", weak.objection())
	}
	weak.inProgram = true
	if weak.objection() == "" {
		t.Error("MPL-2.0 is allowed in the program")
	}
	if _, err := licencesIn(t.TempDir()); err == nil {
		t.Error("a module without a licence is allowed")
	}
}

func TestNotices_HoldTheLicenceOfEachModuleInTheProgram(t *testing.T) {
	all := builtIn(t)
	text := notices(all)
	for _, m := range all {
		if got := strings.Contains(text, "==== "+m.path+" "+m.version+", whose source is at "); got != m.inProgram {
			t.Errorf("the notices name %s: %t, want %t", m.path, got, m.inProgram)
		}
	}
}

func builtIn(t *testing.T) []module {
	t.Helper()
	all, err := modules(root)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
