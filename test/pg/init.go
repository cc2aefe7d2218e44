package pg

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

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
	if c.guard, err = newGuard(folder); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := c.initAndStart(ctx); err != nil {
		c.remove()
		return nil, err
	}
	return c, nil
}

func (c *cluster) initAndStart(ctx context.Context) (err error) {
	if c.port, err = freePort(); err != nil {
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

// freePort chooses below the ports that systems hand out by themselves, so that the port is still free when the server
// is started a second time.
func freePort() (int, error) {
	for range 100 {
		port := 20000 + rand.IntN(12000)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, listener.Close()
		}
	}
	return 0, errors.New("no port is free on 127.0.0.1")
}
