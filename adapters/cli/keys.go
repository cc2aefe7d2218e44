package cli

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Keys returns the command "keys", which looks after signing keys. It needs no store.
func Keys() *cobra.Command {
	c := &cobra.Command{
		Use:     "keys WORD",
		Short:   "Look after signing keys",
		Long:    "Look after signing keys.",
		Example: "  vidaplus-auth keys generate HS256",
	}
	return group(c, generateKey())
}

// keyTarget is where a new key goes: standard output, or a file.
type keyTarget struct {
	file     string
	ifAbsent bool
}

func generateKey() *cobra.Command {
	var target keyTarget
	c := &cobra.Command{
		Use:   "generate HS256 [--file F] [--if-absent]",
		Short: "Make a signing key",
		Long: "Make a signing key for HS256: 32 random bytes in base64url, which is good as SECRET_KEY.\n\n" +
			"With --file the key goes to a new file that only its owner can read, and standard output gets the file's name.\n" +
			"The file's folder must exist. A file that exists is never changed.",
		Example: "  vidaplus-auth keys generate HS256\n" +
			"  vidaplus-auth keys generate HS256 --file secret.key --if-absent",
		Args: knownAlgorithm,
		RunE: func(c *cobra.Command, _ []string) error { return target.generate(c) },
	}
	c.Flags().StringVar(&target.file, "file", "", "write the key to this new file, with mode 0600")
	c.Flags().BoolVar(&target.ifAbsent, "if-absent", false, "do nothing if the file exists, instead of failing")
	return c
}

func knownAlgorithm(c *cobra.Command, args []string) error {
	if err := Takes("HS256")(c, args); err != nil {
		return err
	}
	if args[0] != "HS256" {
		return Usagef("unknown algorithm %s, must be HS256", quoted(args[0]))
	}
	return nil
}

func (t keyTarget) generate(c *cobra.Command) error {
	switch toFile := c.Flags().Changed("file"); {
	case toFile && t.file == "":
		return Usagef("--file is empty, must be the name of a file")
	case t.ifAbsent && !toFile:
		return Usagef("--if-absent needs --file F")
	case !toFile:
		return say(c, "%s", NewKey().Reveal())
	}
	err := MakeKeyFile(t.file, NewKey())
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

// NewKey returns a new key for HS256: 32 bytes of the operating system's generator in unpadded base64url.
func NewKey() domain.Secret {
	var bytes [32]byte
	// It never fails: a system without random numbers ends the program.
	_, _ = rand.Read(bytes[:])
	return domain.NewSecret(base64.RawURLEncoding.EncodeToString(bytes[:]))
}
