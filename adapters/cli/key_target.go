package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// keyTarget is where a new key goes: standard output, a file, or a new file in the folder of signing keys.
type keyTarget struct {
	use      *application.GenerateKey
	folder   func() (string, error)
	file     string
	ifAbsent bool
}

func (t keyTarget) generate(c *cobra.Command, algorithm string) error {
	switch toFile := c.Flags().Changed("file"); {
	case toFile && t.file == "":
		return Usagef("--file is empty, must be the name of a file")
	case algorithm == domain.HS256 && !toFile && t.ifAbsent:
		return Usagef("--if-absent needs --file F")
	case algorithm == domain.HS256 && !toFile:
		return say(c, "%s", NewKey().Reveal())
	case algorithm == domain.HS256:
		return t.toFile(c, NewKey())
	case !toFile:
		return t.generatePair(c, algorithm)
	}
	key, _, err := t.use.Do(algorithm, "", false)
	if err != nil {
		return err
	}
	return t.toFile(c, key.Text)
}

// generatePair puts a new key pair into the folder of signing keys, or on standard output where there is none.
func (t keyTarget) generatePair(c *cobra.Command, algorithm string) error {
	folder, err := t.folder()
	if err != nil {
		return err
	}
	if folder == "" && t.ifAbsent {
		return Usagef("--if-absent needs --file F, or the folder SIGNING_KEYS_DIR")
	}
	key, made, err := t.use.Do(algorithm, folder, t.ifAbsent)
	switch {
	case err != nil:
		return err
	case !made:
		_, err = fmt.Fprintf(c.ErrOrStderr(), "%s holds a key for %s and was not changed\n", quoted(folder), algorithm)
		return err
	case folder == "":
		return say(c, "%s", key.Text.Reveal())
	}
	if err := makeFolder(folder); err != nil {
		return fmt.Errorf("make the folder %s: %w", quoted(folder), err)
	}
	path := filepath.Join(folder, key.FileName())
	if err := MakeKeyFile(path, key.Text); err != nil {
		return fmt.Errorf("make the key file %s: %w", quoted(path), err)
	}
	return say(c, "%s", printable(path))
}

func (t keyTarget) toFile(c *cobra.Command, key domain.Secret) error {
	err := MakeKeyFile(t.file, key)
	switch {
	case err == nil:
		return say(c, "%s", printable(t.file))
	case !errors.Is(err, fs.ErrExist):
		return fmt.Errorf("make the key file %s: %w", quoted(t.file), err)
	case !t.ifAbsent:
		return fmt.Errorf("%s exists and was not changed (--if-absent makes that no failure)", quoted(t.file))
	default:
		return t.leave(c)
	}
}

// leave says that the file was left alone. What cannot be a key file is a failure, which would otherwise show much
// later.
func (t keyTarget) leave(c *cobra.Command) error {
	info, err := os.Stat(t.file)
	switch {
	case err != nil:
		return fmt.Errorf("look at the key file %s: %w", quoted(t.file), bare(err))
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s exists but is no file, must be one", quoted(t.file))
	}
	_, err = fmt.Fprintf(c.ErrOrStderr(), "%s exists and was not changed\n", quoted(t.file))
	return err
}
