package pg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

// immediate is PostgreSQL's immediate shutdown, as a signal.
const immediate = "QUIT"

// newCluster makes a cluster and starts it, with extra settings as NAME=VALUE.
func newCluster(ctx context.Context, extra ...string) (*cluster, error) {
	binaries, err := findBinaries()
	if err != nil {
		return nil, err
	}
	owner, err := serverOwner()
	if err != nil {
		return nil, err
	}
	folder, err := newFolder(owner)
	if err != nil {
		return nil, err
	}
	c := &cluster{binaries: binaries, folder: folder, owner: owner, extra: extra}
	if c.guard, err = daemon.NewGuard(folder, immediate); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := c.initAndStart(ctx); err != nil {
		c.remove()
		return nil, err
	}
	return c, nil
}

func (c *cluster) initAndStart(ctx context.Context) (err error) {
	if c.port, err = daemon.FreePort(); err != nil {
		return err
	}
	// A linguistic collation, as production has it: where bytes are meant to order, "C" would hide a missing COLLATE.
	if err = c.initdb(ctx, "--locale-provider=icu", "--icu-locale=en-US"); err != nil {
		err = c.initdb(ctx)
	}
	if err != nil {
		return err
	}
	return c.start(ctx)
}

func (c *cluster) initdb(ctx context.Context, locale ...string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	arguments := append([]string{"-D", c.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"}, locale...)
	cmd := exec.CommandContext(ctx, filepath.Join(c.binaries, "initdb"), arguments...)
	c.disown(cmd)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, output)
	}
	return nil
}

func newFolder(owner *syscall.Credential) (string, error) {
	folder, err := os.MkdirTemp("", "vidaplus-pg-")
	if err != nil || owner == nil {
		return folder, err
	}
	if err := os.Chown(folder, int(owner.Uid), int(owner.Gid)); err != nil {
		return "", errors.Join(err, os.Remove(folder))
	}
	return folder, nil
}
