package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// maxPasswordLine is the length in bytes of the longest line that can hold a password: its characters and "\r\n".
const maxPasswordLine = 4*domain.MaxPasswordLength + 2

// asker asks the person at the terminal and returns the line that was typed.
type asker func(c *cobra.Command, question string) (domain.Secret, error)

// passwords reads new passwords for one command.
type passwords struct {
	ask       asker
	rules     domain.PasswordRules
	fromStdin bool
}

func (p *passwords) flag(c *cobra.Command) {
	c.Flags().BoolVar(&p.fromStdin, "password-stdin", false,
		"read the password from the first line of standard input instead of asking the terminal")
}

// read returns a password that keeps the rules for the account with this address.
func (p *passwords) read(c *cobra.Command, email string) (domain.Secret, error) {
	if p.fromStdin {
		password, err := readPassword(c)
		if err != nil {
			return domain.Secret{}, err
		}
		return password, p.rules.Check(password, email)
	}
	password, err := p.ask(c, "New password: ")
	if err != nil {
		return domain.Secret{}, err
	}
	if err := p.rules.Check(password, email); err != nil {
		return domain.Secret{}, err
	}
	again, err := p.ask(c, "The same again: ")
	if err != nil {
		return domain.Secret{}, err
	}
	if !password.Equal(again) {
		return domain.Secret{}, Usagef("the two passwords differ, must be the same")
	}
	return password, nil
}

// readPassword takes the first line of standard input exactly as it is, less its end. The last line needs no end.
func readPassword(c *cobra.Command) (domain.Secret, error) {
	in := bufio.NewReader(io.LimitReader(c.InOrStdin(), maxPasswordLine))
	line, err := interruptible(c.Context(), func() (string, error) { return in.ReadString('\n') })
	switch {
	case errors.Is(err, io.EOF) && line == "":
		return domain.Secret{}, Usagef("standard input is empty: with --password-stdin its first line must be the password")
	case err != nil && !errors.Is(err, io.EOF):
		return domain.Secret{}, fmt.Errorf("read the password from standard input: %w", err)
	}
	// A carriage return without a line feed is a part of the password.
	if text, ended := strings.CutSuffix(line, "\n"); ended {
		line = strings.TrimSuffix(text, "\r")
	}
	return domain.NewSecret(line), nil
}

// askTerminal asks the terminal that standard input is, without echo.
func askTerminal(c *cobra.Command, question string) (domain.Secret, error) {
	file, ok := c.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return domain.Secret{}, Usagef("standard input is no terminal that could be asked for the password: use --password-stdin")
	}
	// A program that an interrupt kills here would leave the terminal without echo.
	ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	fd := int(file.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return domain.Secret{}, fmt.Errorf("switch the terminal's echo off: %w", err)
	}
	_, _ = fmt.Fprint(c.ErrOrStderr(), question)
	line, err := interruptible(ctx, func() (string, error) { return typedLine(file) })
	err = errors.Join(err, term.Restore(fd, before))
	_, _ = fmt.Fprintln(c.ErrOrStderr())
	switch {
	case errors.Is(err, io.EOF):
		return domain.Secret{}, Usagef("standard input is empty, must be the password")
	case err != nil:
		return domain.Secret{}, fmt.Errorf("ask the terminal: %w", err)
	default:
		return domain.NewSecret(line), nil
	}
}

// interruptible returns what read returns, or ctx's error as soon as ctx ends: a program that catches interrupts
// would otherwise wait for a person or a pipe that has nothing more to say. A read that was given up goes on until the
// program ends.
func interruptible[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := read()
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
