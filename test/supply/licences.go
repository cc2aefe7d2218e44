package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// licence is a file of a module that grants something. name is its identifier in SPDX,
// "unknown" if nobody has recognised it and "" if it grants nothing.
type licence struct{ name, file, text string }

// allowed are the licences that a binary under Apache-2.0 may carry with a notice and nothing else.
var allowed = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "Unlicense", "public domain"}

// allowedInTests ask more of whoever gives a binary to others. MPL-2.0, section 3.2, asks that he says where the source of
// the module is; the notices say it of every module, so those in allowedWithSource may be built in unchanged.
var (
	allowedInTests    = []string{"MPL-2.0"}
	allowedWithSource = []string{"github.com/go-sql-driver/mysql"}
)

// read are the files that somebody has read because no program recognises them, by the hash of their text: what they
// hold that gets into the program. A changed text has to be read again.
var read = map[string]string{
	// modernc.org/libc: Go, musl (with parts under BSD and in the public domain), go-netdb, nixpkgs.
	"f597097efe3d97021f89170746bd3a0fb9a8b6fb26b82043ed68a4e0283bee6c": "BSD-3-Clause and MIT and BSD-2-Clause and public domain",
	// modernc.org/sqlite: what libc and the other modules of ours hold too; MPL-2.0 is there for a tool that is not built.
	"4194f8e7119be72babd499db4f6f1f7547e36e8a7bffcb2b9c8df241b8f1576a": "MIT and BSD-3-Clause and Apache-2.0",
	"8438c9c89b849131ead81d5435cb97fcf052df5b0b286dda8a2d4c29e6cb3fd0": "public domain", // modernc.org/sqlite: SQLite itself
	"5ae5bee3072a841376451b48d8cfcec7188e10543926d5870828d36c8a750dc5": "",              // modernc.org/memory: where a logo is from
}

// licenceFile are the names under which modules keep what they grant.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)(-.*)?(\.(md|txt))?$`)

// certain is how much of a file has to be a licence's text, in percent: the rest is names and years.
const certain = 75

// licencesIn returns the licences in a module's own folder. It is an error that there are none.
func licencesIn(folder string) ([]licence, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var all []licence
	for _, entry := range entries {
		if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, licence{name: recognised(text), file: entry.Name(), text: string(text)})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no licence in %s", folder)
	}
	return all, nil
}

// recognised returns the SPDX identifiers of the licences that a text consists of, "unknown" if it is something else.
func recognised(text []byte) string {
	if names, known := read[fmt.Sprintf("%x", sha256.Sum256(text))]; known {
		return names
	}
	found := licensecheck.Scan(text)
	if found.Percent < certain {
		return "unknown"
	}
	var names []string
	for _, match := range found.Match {
		if !match.IsURL && !slices.Contains(names, match.ID) {
			names = append(names, match.ID)
		}
	}
	return strings.Join(names, " and ")
}

// names returns what the module stands under, each licence once.
func (m module) names() string {
	var names []string
	for _, l := range m.licences {
		for name := range strings.SplitSeq(l.name, " and ") {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// objection says why the module may not be used, or "".
func (m module) objection() string {
	good := allowed
	if !m.inProgram || slices.Contains(allowedWithSource, m.path) {
		good = slices.Concat(allowed, allowedInTests)
	}
	for name := range strings.SplitSeq(m.names(), ", ") {
		if !slices.Contains(good, name) {
			return fmt.Sprintf("%s stands under %q, must be one of %s", m.path, name, strings.Join(good, ", "))
		}
	}
	return ""
}

const head = `# Licences of what we build on

Made by ` + "`make licences`" + ` from the modules themselves, and kept true by a test. Each licence in the program asks for a
notice at most, or for where the source is, which the notices say; any other fails the test. The Go standard library, which is in every binary, is under BSD-3-Clause.
` + "`make notices`" + ` writes what has to go with a binary that is given to others.

| module | licence | in |
|---|---|---|
`

// list returns docs/licences.md. Versions are left out: go.mod has them, and a licence seldom changes with one.
func list(all []module) string {
	var b strings.Builder
	b.WriteString(head)
	for _, m := range all {
		where := "tests"
		if m.inProgram {
			where = "the program"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", m.path, m.names(), where)
	}
	return b.String()
}

// notices returns the licence of each module in the program, in full.
func notices(all []module) string {
	var b strings.Builder
	for _, m := range all {
		for _, l := range m.licences {
			if m.inProgram {
				fmt.Fprintf(&b, "==== %s %s, whose source is at https://pkg.go.dev/%s@%s (%s)\n\n%s\n\n", m.path, m.version, m.path, m.version, l.file, strings.TrimSpace(l.text))
			}
		}
	}
	return b.String()
}
