package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// own is this module, and program the package that becomes the binary.
const (
	own     = "github.com/vidaplus/vidaplus-auth"
	program = "./cmd/vidaplus-auth"
)

// module is somebody else's code that is built in.
type module struct {
	path, version string
	// inProgram tells the binary's modules from those of tests and tools alone.
	inProgram bool
	licences  []licence
}

// modules returns whatever is compiled into the program or its tests as releases are built, in the order of paths. root
// is the module's folder, or any below it.
func modules(root string) ([]module, error) {
	used, err := folders(root, "-test", "./...")
	if err != nil {
		return nil, err
	}
	linked, err := folders(root, program)
	if err != nil {
		return nil, err
	}
	var all []module
	for path, at := range used {
		licences, err := licencesIn(at.folder)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, module{path: path, version: at.version, inProgram: linked[path] != place{}, licences: licences})
	}
	slices.SortFunc(all, func(a, b module) int { return cmp.Compare(a.path, b.path) })
	return all, nil
}

// place is where the code of a version of a module is.
type place struct{ version, folder string }

// folders returns where the modules of packages and of all that these import are, by their paths.
func folders(root string, args ...string) (map[string]place, error) {
	c := exec.Command("go", append([]string{"list", "-deps", "-f", "{{with .Module}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}"}, args...)...)
	// As releases are built, whatever the machine is.
	c.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	c.Dir, c.Stderr = moduleRoot(root), os.Stderr
	output, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := make(map[string]place)
	for line := range strings.Lines(string(output)) {
		if parts := strings.Split(strings.TrimSpace(line), "\t"); len(parts) == 3 && parts[0] != own {
			all[parts[0]] = place{version: parts[1], folder: parts[2]}
		}
	}
	return all, nil
}

// moduleRoot goes up to the folder with go.mod.
func moduleRoot(folder string) string {
	for range 5 {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		folder = filepath.Join(folder, "..")
	}
	return folder
}
