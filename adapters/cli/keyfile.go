package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// MakeKeyFile writes the key to a new file of mode 0600, whole and durably or not at all: fs.ErrExist if anything has
// that name, whoever made it and when.
func MakeKeyFile(path string, key domain.Secret) error {
	// Asked first, since the folder of a file that is there need not be writable.
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	folder := filepath.Dir(path)
	draft, err := os.CreateTemp(folder, ".vidaplus-auth-key.*")
	if err != nil {
		return bare(err)
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	if err := fill(draft, key); err != nil {
		return bare(err)
	}
	// A link, unlike a renaming, fails if somebody else made the file meanwhile.
	if err := os.Link(draft.Name(), path); err != nil {
		return bare(err)
	}
	return syncFolder(folder)
}

// makeFolder makes a folder of mode 0700, and those above it, unless it is there.
func makeFolder(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return bare(err)
	}
	return syncFolder(filepath.Dir(path))
}

func fill(file *os.File, key domain.Secret) error {
	_, err := file.WriteString(key.Reveal() + "\n")
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// syncFolder makes the new name durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	return folder.Sync()
}

// bare returns the cause alone: the name in the error is the draft's, which says nothing to anybody.
func bare(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}
