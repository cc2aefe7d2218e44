package program

import (
	"bytes"
	"context"
	"strings"
)

// Run runs a command of the program with the service's settings and returns what it printed and its exit code.
func (p *Process) Run(input string, words ...string) (stdout, stderr string, code int) {
	p.T.Helper()
	c := p.command(words...)
	var out, errs bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(input), &out, &errs
	if err := c.Start(); err != nil {
		p.T.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.T.Context(), patience)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = c.Process.Kill() })()
	_ = c.Wait()
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// Must runs a command that has to succeed and returns its standard output.
func (p *Process) Must(input string, words ...string) string {
	p.T.Helper()
	stdout, stderr, code := p.Run(input, words...)
	if code != 0 {
		p.T.Fatalf("%q ended with %d: %s", words, code, stderr)
	}
	return stdout
}

// AddUser adds a user with this password.
func (p *Process) AddUser(email, password string) {
	p.T.Helper()
	p.Must(password+"\n", "users", "add", email, "--password-stdin")
}
