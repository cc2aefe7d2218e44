package pg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

// cluster is a throw-away PostgreSQL server: a folder, a port and, while it runs, a process.
type cluster struct {
	binaries string
	folder   string
	port     int
	owner    *syscall.Credential
	guard    *daemon.Guard
	// extra are settings that come after our own and so win over them.
	extra []string

	process *os.Process
	// log is the server's own; it may be read once gone is closed.
	log  *bytes.Buffer
	gone chan struct{}
	// paused holds every process of a paused server, nil otherwise.
	paused []int
}

// start runs the server and returns when it answers.
func (c *cluster) start(ctx context.Context) error {
	if c.process != nil {
		return errors.New("the server is already running")
	}
	cmd := exec.Command(filepath.Join(c.binaries, "postgres"), c.settings()...)
	c.disown(cmd)
	c.log, c.gone = new(bytes.Buffer), make(chan struct{})
	cmd.Stdout, cmd.Stderr = c.log, c.log
	if err := cmd.Start(); err != nil {
		return err
	}
	c.process = cmd.Process
	c.guard.Watch(cmd.Process.Pid)
	go func() {
		// It returns once nobody holds the log's pipe any more: when the last process of the server is gone.
		_ = cmd.Wait()
		c.guard.Watch()
		close(c.gone)
	}()
	return c.awaitAnswer(ctx)
}

// revive starts the server again if it has ended, also while it is waited for, and returns when it answers.
func (c *cluster) revive(ctx context.Context) error {
	if c.process == nil {
		return c.start(ctx)
	}
	err := c.awaitAnswer(ctx)
	if err != nil && c.process == nil {
		return c.start(ctx)
	}
	return err
}

func (c *cluster) settings() []string {
	settings := []string{
		"-D", c.data(), "-p", strconv.Itoa(c.port), "-k", c.folder,
		"-c", "listen_addresses=127.0.0.1",
		"-c", "max_connections=300",
		"-c", "shared_buffers=64MB",
		"-c", "fsync=on",
		"-c", "synchronous_commit=on",
		"-c", "log_min_messages=log",
	}
	for _, setting := range c.extra {
		settings = append(settings, "-c", setting)
	}
	return settings
}

func (c *cluster) awaitAnswer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := execute(ctx, c.url().String(), "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-c.gone:
			c.process = nil
			return fmt.Errorf("the server did not start:\n%s", c.log)
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		}
	}
}

func (c *cluster) url() *url.URL {
	return &url.URL{
		Scheme:   "postgres",
		User:     url.User("postgres"),
		Host:     "127.0.0.1:" + strconv.Itoa(c.port),
		Path:     "/postgres",
		RawQuery: "sslmode=disable",
	}
}

func (c *cluster) data() string { return filepath.Join(c.folder, "data") }

// disown makes cmd run as the cluster's owner, out of reach of the terminal's Ctrl-C: only the guard ends it.
func (c *cluster) disown(cmd *exec.Cmd) {
	cmd.Dir = c.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.owner}
}
