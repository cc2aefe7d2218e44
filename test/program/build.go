package program

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
)

// Build builds the program as a file in a folder, with more flags for the compiler, and returns its path.
func Build(folder, name string, flags ...string) (string, error) {
	path := filepath.Join(folder, name)
	c := exec.Command("go", slices.Concat([]string{"build", "-o", path}, flags,
		[]string{"github.com/vidaplus/vidaplus-auth/cmd/vidaplus-auth"})...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, output)
	}
	return path, nil
}

// Sources looks at every file that the program is made of, so that Go takes no result from its cache after one of them
// has changed: it knows only of files that a test looks at, and not in TestMain.
var Sources = sync.OnceValue(func() error {
	return filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "dist", "test"}, entry.Name()):
			return filepath.SkipDir
		case entry.Type().IsRegular():
			_, err = os.Stat(path)
		}
		return err
	})
})
