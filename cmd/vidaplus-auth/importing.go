package main

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/adapters/original"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// importing opens the original for one import.
func importing(use *application.ImportUsers) cli.Import {
	return func(ctx context.Context, from configs.Database, o application.ImportOptions) (application.ImportReport, error) {
		source, err := original.Open(ctx, from)
		if err != nil {
			return application.ImportReport{}, err
		}
		defer source.Close()
		return use.Do(ctx, source, o)
	}
}
