package cli_test

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestEveryCommand_HelpsWithAnExampleAndOpensNothing(t *testing.T) {
	var paths [][]string
	var collect func(path []string, c *cobra.Command)
	collect = func(path []string, c *cobra.Command) {
		for _, one := range c.Commands() {
			words := append(append([]string{}, path...), one.Name())
			paths = append(paths, words)
			collect(words, one)
		}
	}
	collect(nil, newStage(t).root())
	if len(paths) != 3+11+3+2+1 {
		t.Errorf("there are %d commands, want 20", len(paths))
	}
	for _, path := range paths {
		s := newStage(t)
		help := s.must(append(path, "--help")...)
		example := "vidaplus-auth " + strings.Join(path, " ") + " "
		if !strings.Contains(help, "Usage:\n") || !strings.Contains(help, "Examples:\n") {
			t.Errorf("the help of %q has no usage or no example:\n%s", path, help)
		}
		if _, examples, _ := strings.Cut(help, "Examples:\n"); !strings.Contains(strings.ReplaceAll(examples, "\n", " "), example) {
			t.Errorf("the example of %q does not run it:\n%s", path, help)
		}
		if s.opened != 0 {
			t.Errorf("the help of %q opens the store", path)
		}
	}
}

func TestEveryCommand_SaysWhatWouldBeRight(t *testing.T) {
	s := newStage(t)
	for _, wrong := range []struct {
		args, says string
	}{
		{"users", `"vidaplus-auth users" needs one more word: must be add, disable, enable, import, list, remove, set-email, set-password, show, unlock or unshare`},
		{"users delte", `unknown word "delte" after "vidaplus-auth users": must be add, `},
		{"users delte bo@example.com --json", `unknown word "delte"`},
		{"users --json", `"--json" is unknown to "vidaplus-auth users", which knows --help`},
		{"users add", `"vidaplus-auth users add" takes EMAIL, not 0 arguments`},
		{"users list x", `"vidaplus-auth users list" takes no arguments, not 1 argument`},
		{"users show", "takes EMAIL, not 0"},
		{"users disable a b", "takes EMAIL, not 2"},
		{"users enable a b", "takes EMAIL, not 2"},
		{"users set-password", "takes EMAIL, not 0"},
		{"users set-email a", "takes OLD NEW, not 1 argument"},
		{"users remove", "takes EMAIL, not 0"},
		{"users list --jsn", `"--jsn" is unknown to "vidaplus-auth users list", which knows --help and --json`},
		{"users list --json=maybe", "--json takes no value"},
		{"users add bo@example.com --name", "--name needs a value"},
		{"users list --=x", "a flag is unknown"},
		{"sessions", "needs one more word: must be list, prune or revoke"},
		{"sessions kill", `unknown word "kill"`},
		{"sessions list", "takes EMAIL, not 0"},
		{"sessions prune x", "takes no arguments"},
		{"sessions revoke", "takes exactly one of ID, --user EMAIL and --all"},
		{"sessions revoke -x", `"-x" is unknown to "vidaplus-auth sessions revoke", which knows --all, --help and --user (an argument that begins with a dash goes after --)`},
		{"keys", `"vidaplus-auth keys" needs one more word: must be generate`},
		{"keys make", `unknown word "make" after "vidaplus-auth keys": must be generate`},
		{"keys generate", "takes HS256, EdDSA, ES256 or RS256, not 0"},
		{"keys generate RS512", `unknown algorithm "RS512", must be HS256`},
		{"keys generate hs256", `unknown algorithm "hs256", must be HS256`},
		{"keys generate HS256 --if-absent", "--if-absent needs --file F"},
		{"keys generate HS256 --file=", "--file is empty, must be the name of a file"},
	} {
		s.refused(2, wrong.says, strings.Fields(wrong.args)...)
	}
	if s.opened != 0 {
		t.Errorf("wrong words open the store %d times", s.opened)
	}
}

func TestEveryCommand_NeverRepeatsWhatMayBeAPassword(t *testing.T) {
	s := newStage(t)
	for _, args := range []string{
		"users add bo@example.com hunter2",
		"users add bo@example.com --password=hunter2",
		"users add bo@example.com -phunter2",
		"users add bo@example.com -p=hunter2",
		"users add bo@example.com --password-stdin=hunter2",
		"users add bo@example.com --=hunter2",
		"users set-password bo@example.com hunter2",
	} {
		a := s.run(strings.Fields(args)...)
		if a.exit != 2 || strings.Contains(a.line+a.out+a.errOut, "hunter2") {
			t.Errorf("%q ends with %d and %q, want 2 and no password", args, a.exit, a.line)
		}
	}
}

func TestUnknownWord_IsShownWithoutItsEscapesAndCutShort(t *testing.T) {
	a := newStage(t).run("users", hostile+strings.Repeat("x", 10_000))
	checkPrintable(t, a.line)
	if a.exit != 2 || len(a.line) > 600 {
		t.Errorf("a word of 10,000 letters gives the exit %d and a line of %d bytes", a.exit, len(a.line))
	}
}
