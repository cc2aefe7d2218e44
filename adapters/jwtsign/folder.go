package jwtsign

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// maxFileSize bounds a key file, in bytes: an RSA key of the longest takes a tenth of it.
const maxFileSize = 64 << 10

// readFolder returns the keys in the PEM files of a folder, the oldest first. Hidden files and those of another ending
// are somebody else's; links are followed, which is how Kubernetes mounts files. One file that cannot be used fails the
// whole, since nobody knows what was meant to be in it.
func readFolder(folder string) ([]*key, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("the folder of signing keys: %w", err)
	}
	var keys []*key
	files := map[string]string{}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || !strings.HasSuffix(name, domain.KeyFileEnding) {
			continue
		}
		k, err := readFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("the signing key %q cannot be used: %w", filepath.Join(folder, name), err)
		}
		if twin := files[k.ID]; twin != "" {
			return nil, fmt.Errorf("the files %q and %q in %q hold the same signing key, must be one file", twin, name, folder)
		}
		files[k.ID] = name
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b *key) int {
		return cmp.Or(a.Begins.Compare(b.Begins), cmp.Compare(a.ID, b.ID))
	})
	return keys, nil
}

func readFile(folder, name string) (*key, error) {
	text, err := readRegular(filepath.Join(folder, name))
	if err != nil {
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			return nil, path.Err
		}
		return nil, err
	}
	k, err := parsePEM(text)
	if err != nil {
		return nil, err
	}
	k.Begins = domain.KeyFileBegins(name)
	return k, nil
}

// readRegular looks before it opens: to open a pipe waits for somebody to write to it.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if err == nil && len(text) > maxFileSize {
		return nil, fmt.Errorf("it is larger than %d bytes", maxFileSize)
	}
	return text, err
}
