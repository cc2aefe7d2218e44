package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// withSecretKey completes a configuration that names no key with the one that is kept beside an embedded database. With
// toMake it makes that key if there is none yet; of several processes that start at once one makes it and all use it.
// Where a key pair signs, none is made, but one that is there still verifies what it signed before.
func withSecretKey(c configs.Config, toMake bool) (configs.Config, error) {
	db := c.Database()
	signs := c.Algorithm == domain.HS256
	toMake = toMake && signs
	switch {
	case !c.SecretKey.Empty() || db.Engine != configs.SQLite:
		return c, nil
	case db.Path == configs.Memory && signs:
		return c.WithMadeSecretKey(cli.NewKey()), nil
	case db.Path == configs.Memory:
		return c, nil
	}
	path := db.Path + ".secret"
	if toMake {
		if err := cli.MakeKeyFile(path, cli.NewKey()); err != nil && !errors.Is(err, fs.ErrExist) {
			return c, fmt.Errorf("make a secret key in %s: %w", path, err)
		}
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !toMake:
		return c, nil
	case err != nil:
		return c, fmt.Errorf("read the secret key: %w", err)
	}
	key := domain.NewSecret(strings.TrimRight(string(text), "\r\n"))
	if len(key.Reveal()) < configs.MinKeyLength {
		return c, fmt.Errorf("the secret key in %s is shorter than %d bytes, must be the one that was made there", path, configs.MinKeyLength)
	}
	return c.WithMadeSecretKey(key), nil
}
