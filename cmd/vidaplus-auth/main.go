// Command vidaplus-auth is the token service of VidaPlus, and the commands that look after it. What it is made of
// stands in app.go, how it starts and stops in run.go; everything it decides is decided elsewhere.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
)

func main() {
	err := commands().ExecuteContext(context.Background())
	line, code := cli.Explain(err)
	if exit, ok := errors.AsType[exitError](err); ok {
		line, code = "", exit.code
	}
	if line != "" {
		fmt.Fprintln(os.Stderr, "vidaplus-auth: "+line)
	}
	os.Exit(code)
}

// exitError is a failure that has been told already.
type exitError struct{ code int }

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }
