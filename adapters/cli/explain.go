package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// The exit codes of the program.
const (
	ExitDone   = 0
	ExitFailed = 1
	ExitUsage  = 2
)

// UsageError is a wrong word or value on the command line, or in what a command reads. Its text is one line that says
// what is wrong and what would be right.
type UsageError struct{ line string }

// Error returns the line.
func (e UsageError) Error() string { return e.line }

// Usagef returns a UsageError.
func Usagef(format string, args ...any) error { return UsageError{fmt.Sprintf(format, args...)} }

// about says which of the texts that were typed an error is about.
type about struct {
	subject string
	err     error
}

func (a about) Error() string { return quoted(a.subject) + ": " + a.err.Error() }

func (a about) Unwrap() error { return a.err }

// answers is the one table from an error to what the operator is told. What is not in it speaks for itself and is a
// failure. The faults come first: an error that is a fault beside a refusal is never told as the refusal.
var answers = []struct {
	err  error
	line string
	exit int
}{
	// An empty line is the error's own text, which names the cause.
	{domain.ErrUnavailable, "", ExitFailed},
	{domain.ErrBusy, "too many passwords wait to be hashed: try again later", ExitFailed},
	{context.Canceled, "interrupted: what was under way may or may not have happened", ExitFailed},
	{domain.ErrUserUnknown, "there is no such user", ExitFailed},
	{domain.ErrUserChanged, "the user was changed by somebody else meanwhile: try again", ExitFailed},
	{domain.ErrSessionUnknown, "there is no such session", ExitFailed},
	{domain.ErrEmailTaken, "another user has this address, in this or another letter case", ExitFailed},
	{domain.ErrUsersShared, "the accounts are the platform's (USERS_FROM), which registers them itself", ExitFailed},
	{domain.ErrSourceEmpty, "the original has no accounts, so none is taken for missing there", ExitFailed},
	{domain.ErrUsersOwn, "the accounts are not shared with another table (USERS_FROM)", ExitFailed},
	{domain.ErrUserReferenced, "tables of the platform refer to this user: disable the user, or remove it there", ExitFailed},
	{domain.ErrEmailInvalid, fmt.Sprintf("not an e-mail address, must be NAME@HOST without white space, of at most %d characters",
		domain.MaxEmailLength), ExitUsage},
	{domain.ErrNameInvalid, fmt.Sprintf("not a name, must have at most %d characters and no control characters",
		domain.MaxNameLength), ExitUsage},
	{domain.ErrPasswordLength, fmt.Sprintf("not a good password, must have %d to %d characters and be valid UTF-8",
		domain.MinPasswordLength, domain.MaxPasswordLength), ExitUsage},
	{domain.ErrPasswordCommon, "the password is one of the commonest, must be a less common one (letter case makes no difference)", ExitUsage},
	{domain.ErrPasswordEmail, "the password is the e-mail address, must be something else (letter case makes no difference)", ExitUsage},
}

// Explain returns the one line that tells the operator of err, without its line end and with nothing in it that a
// terminal obeys, and the exit code: ExitUsage for a UsageError and for what the domain refuses as a value, ExitFailed
// for everything else, ExitDone and no line for nil.
func Explain(err error) (line string, exit int) {
	if err == nil {
		return "", ExitDone
	}
	if usage, ok := errors.AsType[UsageError](err); ok {
		return oneLine(usage.Error()), ExitUsage
	}
	for _, answer := range answers {
		switch {
		case !errors.Is(err, answer.err):
		case answer.line == "":
			return oneLine(err.Error()), answer.exit
		default:
			return subject(err) + answer.line, answer.exit
		}
	}
	return oneLine(err.Error()), ExitFailed
}

func subject(err error) string {
	if a, ok := errors.AsType[about](err); ok {
		return quoted(a.subject) + ": "
	}
	return ""
}

// oneLine makes one line of a text that may be of another's making.
func oneLine(text string) string { return escaped(strings.Join(strings.Fields(text), " ")) }
