package program

import (
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"
)

// patience is how long a process may take to begin or to end.
const patience = time.Minute

// Process is a service that runs, or is about to.
type Process struct {
	T       *testing.T
	Program string
	Env     []string
	Dir     string
	// Address and URL are where it listens, and stay the same when it is started again. A free one is found for it.
	Address, URL string
	// Files is how many files it may open, 0 for as many as the system allows.
	Files int
	// As is who runs it, nil for who runs the test.
	As *syscall.Credential

	Cmd *exec.Cmd
	Out *Output
	// Done is closed once the process has ended.
	Done chan struct{}
}

// Start starts the process and waits until it can serve. It ends with the test.
func (p *Process) Start() {
	p.T.Helper()
	p.Launch()
	p.AwaitReady()
}

// Launch does not wait until the service can serve.
func (p *Process) Launch() {
	p.T.Helper()
	if p.Address == "" {
		p.Address = FreeAddress(p.T)
	}
	if p.URL == "" {
		p.URL = "http://" + p.Address
	}
	c := p.command("serve")
	out, done := &Output{}, make(chan struct{})
	c.Env, c.Stdout, c.Stderr = append(c.Env, "HTTP_ADDR="+p.Address), out, out
	if err := c.Start(); err != nil {
		p.T.Fatal(err)
	}
	p.Cmd, p.Out, p.Done = c, out, done
	go func() { _ = c.Wait(); close(done) }()
	p.T.Cleanup(func() {
		_ = c.Process.Kill()
		<-done
		if text := out.String(); p.T.Failed() {
			p.T.Logf("the service printed last:\n%s", text[max(0, len(text)-20_000):])
		}
	})
}

// command returns a command of the program, with the service's settings.
func (p *Process) command(words ...string) *exec.Cmd {
	p.T.Helper()
	if err := Sources(); err != nil {
		p.T.Fatal(err)
	}
	c := exec.Command(p.Program, words...)
	if p.Files > 0 {
		c = exec.Command("/bin/sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, p.Files), p.Program}, words...)...)
	}
	c.Dir, c.Env = p.Dir, slices.Clone(p.Env)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.As}
	return c
}

// AwaitReady waits until the service can serve.
func (p *Process) AwaitReady() {
	p.T.Helper()
	Within(p.T, patience, "the service is ready", func() bool {
		select {
		case <-p.Done:
			p.T.Fatalf("the service ended:\n%s", p.Out)
		default:
		}
		response, err := http.Get(p.URL + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// Stop sends a signal and returns the exit code, -1 for a killed process.
func (p *Process) Stop(signal syscall.Signal) int {
	p.T.Helper()
	_ = p.Cmd.Process.Signal(signal)
	return p.Ended()
}

// Ended waits for the end of the process and returns its exit code.
func (p *Process) Ended() int {
	p.T.Helper()
	select {
	case <-p.Done:
		return p.Cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.T.Fatal("the service did not end")
		return 0
	}
}
