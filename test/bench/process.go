package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// patience is how long a service may take to begin or to end.
const patience = 30 * time.Second

// process is a service that runs.
type process struct {
	address string
	// metrics is where it serves figures of itself, if it does.
	metrics string
	pid     int
	// log is the file that it writes its log to.
	log string

	cmd  *exec.Cmd
	gone chan struct{}
}

// start runs a service and returns when it is ready.
func (b *bench) start(ctx context.Context, address string, env []string, name string, arguments ...string) (*process, error) {
	log, err := os.CreateTemp(b.folder, "log-")
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the process has its own
	cmd := exec.CommandContext(ctx, b.path(name), arguments...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = b.folder, env, log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{address: address, pid: cmd.Process.Pid, log: log.Name(), cmd: cmd, gone: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(p.gone)
	}()
	if err := p.awaitReady(ctx); err != nil {
		output, _ := os.ReadFile(p.log)
		return nil, errors.Join(fmt.Errorf("%s: %w\n%.2000s", name, err, output), p.stop())
	}
	return p, nil
}

func (p *process) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if status, _ := get(ctx, "http://"+p.address+"/readyz"); status == http.StatusOK {
			return nil
		}
		select {
		case <-p.gone:
			return errors.New("it ended before it was ready")
		case <-ctx.Done():
			return errors.New("it does not become ready")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the service, takes its log away, and returns when it is gone.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.gone:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		<-p.gone
	}
	return os.Remove(p.log)
}

func get(ctx context.Context, url string) (int, http.Header) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, nil
	}
	// A connection of its own: one that is kept would be a connection more to serve.
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil
	}
	_ = response.Body.Close()
	return response.StatusCode, response.Header
}

// freeAddress returns an address of the loopback interface that nobody listens on.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
