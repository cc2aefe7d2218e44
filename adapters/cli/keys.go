package cli

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// OpenKeys reads the configured keys and hands do the use case that lists them. It returns do's error if there is one.
type OpenKeys func(ctx context.Context, do func(*application.ListKeys) error) error

// Keys returns the command "keys", which looks after signing keys. It needs no store, and the configuration only where
// it must: folder returns the configured folder of signing keys, "" for none.
func Keys(generate *application.GenerateKey, folder func() (string, error), open OpenKeys) *cobra.Command {
	c := &cobra.Command{
		Use:     "keys WORD",
		Short:   "Look after signing keys",
		Long:    "Look after signing keys.",
		Example: "  vidaplus-auth keys generate HS256",
	}
	return group(c, generateKey(generate, folder), listKeys(open))
}

var algorithms = []string{domain.HS256, domain.EdDSA, domain.ES256, domain.RS256}

func generateKey(generate *application.GenerateKey, folder func() (string, error)) *cobra.Command {
	t := keyTarget{use: generate, folder: folder}
	c := &cobra.Command{
		Use:   "generate ALG [--file F] [--if-absent]",
		Short: "Make a signing key",
		Long: "Make a signing key for the algorithm ALG.\n\n" +
			"HS256: 32 random bytes in base64url, which are good as SECRET_KEY, on standard output.\n" +
			"EdDSA, ES256, RS256: a private key in PEM. It goes to a new file in the folder SIGNING_KEYS_DIR, which is made if\n" +
			"it is absent, and begins to sign at once if it is the first one there, else ten minutes later, so that every\n" +
			"replica and whoever checks tokens knows it by then. Without that folder it goes to standard output.\n\n" +
			"With --file the key goes to that new file instead. A key's file can be read by its owner only, and standard output\n" +
			"gets its name. The folder of F must exist. A file that exists is never changed.",
		Example: "  vidaplus-auth keys generate HS256 --file secret.key --if-absent\n" +
			"  SIGNING_KEYS_DIR=keys vidaplus-auth keys generate EdDSA",
		Args: knownAlgorithm,
		RunE: func(c *cobra.Command, args []string) error { return t.generate(c, args[0]) },
	}
	c.Flags().StringVar(&t.file, "file", "", "write the key to this new file, with mode 0600")
	c.Flags().BoolVar(&t.ifAbsent, "if-absent", false, "do nothing if the file exists, or the folder has a key for ALG")
	return c
}

func knownAlgorithm(c *cobra.Command, args []string) error {
	right := choice("or", algorithms)
	if err := Takes(right)(c, args); err != nil {
		return err
	}
	if !slices.Contains(algorithms, args[0]) {
		return Usagef("unknown algorithm %s, must be %s", quoted(args[0]), right)
	}
	return nil
}

// NewKey returns a new key for HS256: 32 bytes of the operating system's generator in unpadded base64url.
func NewKey() domain.Secret {
	var bytes [32]byte
	// It never fails: a system without random numbers ends the program.
	_, _ = rand.Read(bytes[:])
	return domain.NewSecret(base64.RawURLEncoding.EncodeToString(bytes[:]))
}
