package cli_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// exits says how the program ends for each error of the domain.
var exits = map[string]struct {
	err  error
	exit int
}{
	"ErrBadCredentials":   {domain.ErrBadCredentials, 1},
	"ErrClientUnknown":    {domain.ErrClientUnknown, 1},
	"ErrTokenInvalid":     {domain.ErrTokenInvalid, 1},
	"ErrTokenExpired":     {domain.ErrTokenExpired, 1},
	"ErrTokenReused":      {domain.ErrTokenReused, 1},
	"ErrTokenReplaced":    {domain.ErrTokenReplaced, 1},
	"ErrTokenOutdated":    {domain.ErrTokenOutdated, 1},
	"ErrUntrackedRefused": {domain.ErrUntrackedRefused, 1},
	"ErrSessionUnknown":   {domain.ErrSessionUnknown, 1},
	"ErrSessionEnded":     {domain.ErrSessionEnded, 1},
	"ErrNotOwnSession":    {domain.ErrNotOwnSession, 1},
	"ErrUserUnknown":      {domain.ErrUserUnknown, 1},
	"ErrUserChanged":      {domain.ErrUserChanged, 1},
	"ErrLimited":          {domain.ErrLimited, 1},
	"ErrPasswordWrong":    {domain.ErrPasswordWrong, 1},
	"ErrEmailTaken":       {domain.ErrEmailTaken, 1},
	"ErrUsersShared":      {domain.ErrUsersShared, 1},
	"ErrRowUnreadable":    {domain.ErrRowUnreadable, 1},
	"ErrHashUnusable":     {domain.ErrHashUnusable, 1},
	"ErrSourceEmpty":      {domain.ErrSourceEmpty, 1},
	"ErrUsersOwn":         {domain.ErrUsersOwn, 1},
	"ErrUserReferenced":   {domain.ErrUserReferenced, 1},
	"ErrEmailInvalid":     {domain.ErrEmailInvalid, 2},
	"ErrNameInvalid":      {domain.ErrNameInvalid, 2},
	"ErrPasswordLength":   {domain.ErrPasswordLength, 2},
	"ErrPasswordCommon":   {domain.ErrPasswordCommon, 2},
	"ErrPasswordEmail":    {domain.ErrPasswordEmail, 2},
	"ErrUnavailable":      {domain.ErrUnavailable, 1},
	"ErrBusy":             {domain.ErrBusy, 1},
}

func TestExplain_EndsAsItShouldForEveryErrorOfTheDomain(t *testing.T) {
	for name, want := range exits {
		line, exit := cli.Explain(fmt.Errorf("do a thing: %w", want.err))
		if exit != want.exit || line == "" || strings.Contains(line, "\n") {
			t.Errorf("%s ends with %d and %q, want %d and one line", name, exit, line, want.exit)
		}
	}
	source, err := os.ReadFile("../../domain/errors.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^\t(Err\w+) +=`).FindAllSubmatch(source, -1) {
		names = append(names, string(found[1]))
	}
	slices.Sort(names)
	if known := slices.Sorted(maps.Keys(exits)); !slices.Equal(names, known) {
		t.Errorf("the domain has the errors %q, this test knows %q", names, known)
	}
}

func TestExplain_HasNothingToSayOfSuccess(t *testing.T) {
	if line, exit := cli.Explain(nil); line != "" || exit != 0 {
		t.Errorf("success gives %q and %d", line, exit)
	}
}

func TestExplain_TellsAFaultBesideARefusalAsTheFault(t *testing.T) {
	for _, err := range []error{
		fmt.Errorf("%w: %w", domain.ErrUnavailable, domain.ErrEmailInvalid),
		fmt.Errorf("%w: %w", domain.ErrEmailInvalid, domain.ErrUnavailable),
	} {
		if line, exit := cli.Explain(err); exit != 1 || !strings.Contains(line, "store is unavailable") {
			t.Errorf("%v ends with %d and %q, want 1 and the fault", err, exit, line)
		}
	}
}

func TestExplain_GivesTheUsageErrorItsOwnLine(t *testing.T) {
	line, exit := cli.Explain(fmt.Errorf("run: %w", cli.Usagef("unknown word %q", "x")))
	if line != `unknown word "x"` || exit != 2 {
		t.Errorf("a usage error gives %q and %d", line, exit)
	}
}

func TestExplain_SaysThatItWasInterrupted(t *testing.T) {
	line, exit := cli.Explain(fmt.Errorf("list users: %w", context.Canceled))
	if !strings.HasPrefix(line, "interrupted") || exit != 1 {
		t.Errorf("an interrupt gives %q and %d", line, exit)
	}
}

func TestExplain_MakesOneLineOfAnyError(t *testing.T) {
	line, exit := cli.Explain(errors.New("first\n\tsecond\r\nthird\x1b[2J" + hostile))
	if exit != 1 || !strings.HasPrefix(line, `first second third\x1b[2J`) {
		t.Errorf("an error of many lines gives %q and %d", line, exit)
	}
	checkPrintable(t, line)
}

// checkPrintable fails if a terminal would obey anything in text but its line ends.
func checkPrintable(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("bytes that are no UTF-8 reach the terminal: %q", text)
	}
	for _, r := range text {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("%U reaches the terminal: %q", r, text)
			return
		}
	}
}
