package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// serverSettings is what the PostgreSQL server has beside its defaults and what package pg says of itself: a quarter of
// the memory, as its manual advises, and checkpoints as far apart as is usual where much is written.
var serverSettings = []string{"shared_buffers=6GB", "checkpoint_timeout=30min", "max_wal_size=16GB"}

// bench is what every measure works with.
type bench struct {
	plan   plan
	folder string
	// key signs the tokens of every service.
	key    string
	server *pg.Running
}

func open(ctx context.Context, p plan) (b *bench, err error) {
	b = &bench{plan: p, key: rand.Text() + rand.Text()}
	if b.folder, err = os.MkdirTemp("", "vidaplus-bench-"); err != nil {
		return nil, err
	}
	if err := b.build(ctx); err != nil {
		b.close()
		return nil, err
	}
	if b.server, err = pg.Run(ctx, serverSettings...); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) close() {
	if b.server != nil {
		b.server.Close()
	}
	_ = os.RemoveAll(b.folder)
}

// say tells whoever waits how far it is.
func (b *bench) say(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
}

// build makes the programs as `make build` makes the service.
func (b *bench) build(ctx context.Context) error {
	for _, name := range []string{"./cmd/vidaplus-auth", "./test/bench/load", "./test/bench/yardstick"} {
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.folder, name)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go build %s: %w\n%s", name, err, output)
		}
	}
	return nil
}

func (b *bench) path(name string) string { return filepath.Join(b.folder, name) }

// command runs a program that was built to its end, with input as its standard input.
func (b *bench) command(ctx context.Context, env []string, input, name string, arguments ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, b.path(name), arguments...)
	cmd.Dir, cmd.Env, cmd.Stdin = b.folder, env, strings.NewReader(input)
	output, err := cmd.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(arguments, " "), err, failed.Stderr)
	}
	return output, err
}
